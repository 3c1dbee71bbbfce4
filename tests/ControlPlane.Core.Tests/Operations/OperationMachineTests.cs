using ControlPlane.Core.Operations;
using CsCheck;

namespace ControlPlane.Core.Tests.Operations;

public class OperationMachineTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    private static readonly Gen<StepRule[]> Rules = Gen.Select(Gen.Frequency((4, true), (1, false)), Gen.Int[1, 3]).Array[0, 6]
        .Select(rules => rules.Select((rule, index) => new StepRule($"step-{index}", rule.Item1, rule.Item2)).ToArray());

    private static readonly Gen<Chance> Chances = Gen.Frequency(
        (8, Chance.Works), (2, Chance.Fails), (1, Chance.CrashesBefore), (1, Chance.CrashesAfter), (1, Chance.IsCancelled));

    private static readonly Gen<(StepRule[] Rules, Chance[] Chances)> Runs = Gen.Select(Rules, Chances.Array[0, 40]);

    [Fact]
    public void Any_run_ends_and_says_one_thing() => Runs.Sample((rules, chances) =>
    {
        var run = Play(rules, chances);
        Assert.True(run.Operation.Done);
        Assert.NotEqual(run.Operation.Response is null, run.Operation.Fault is null);
        Assert.IsType<OperationAction.Rest>(OperationMachine.Next(run.Operation, rules));
        Assert.False(OperationMachine.Cancellable(run.Operation, rules));
    }, iter: 3000);

    [Fact]
    public void Success_means_that_every_step_is_done() => Runs.Sample((rules, chances) =>
    {
        var run = Play(rules, chances);
        if (run.Operation.State != OperationState.Succeeded) { return; }
        Assert.All(run.Operation.Steps, step => Assert.Equal(StepState.Succeeded, step.State));
        Assert.All(run.InForce, inForce => Assert.True(inForce));
        Assert.Equal(Enumerable.Range(0, rules.Length), run.Done);
        Assert.Empty(run.Undone);
    }, iter: 3000);

    [Fact]
    public void What_did_not_succeed_before_the_point_of_no_return_leaves_nothing_behind() => Runs.Sample((rules, chances) =>
    {
        var run = Play(rules, chances);
        if (run.Operation.State == OperationState.Succeeded || run.PassedReturn) { return; }
        Assert.All(run.InForce, inForce => Assert.False(inForce));
        Assert.All(run.Operation.Steps.Where(step => step.Attempt > 0), step => Assert.Equal(StepState.Undone, step.State));
        Assert.All(run.Operation.Steps.Where(step => step.Attempt == 0), step => Assert.Equal(StepState.Pending, step.State));
        Assert.Equal(run.Undone.OrderDescending(), run.Undone);
        Assert.Equal(run.Begun.Order(), run.Undone.Order());
    }, iter: 3000);

    [Fact]
    public void After_the_point_of_no_return_it_only_goes_forward() => Runs.Sample((rules, chances) =>
    {
        var run = Play(rules, chances);
        if (!run.PassedReturn) { return; }
        Assert.Empty(run.Undone);
        Assert.NotEqual(OperationState.Cancelled, run.Operation.State);
        Assert.DoesNotContain(run.Operation.Steps, step => step.State is StepState.Undoing or StepState.Undone);
    }, iter: 3000);

    [Fact]
    public void A_cancel_that_is_honoured_ends_cancelled_and_any_other_is_not_heard() => Runs.Sample((rules, chances) =>
    {
        var run = Play(rules, chances);
        Assert.Equal(run.CancelHonoured, run.Operation.State == OperationState.Cancelled);
        if (run.CancelHonoured) { Assert.Equal("cancelled", run.Operation.Fault!.Code); }
    }, iter: 3000);

    [Fact]
    public void No_step_is_begun_more_often_than_it_may_be_unless_the_runner_died() => Runs.Sample((rules, chances) =>
    {
        if (chances.Any(chance => chance is Chance.CrashesBefore or Chance.CrashesAfter)) { return; }
        var run = Play(rules, chances);
        Assert.All(run.Attempts.Zip(rules), pair => Assert.InRange(pair.First, 0, pair.Second.MaxAttempts));
    }, iter: 3000);

    [Fact]
    public void A_step_is_begun_only_when_all_before_it_are_done() => Runs.Sample((rules, chances) =>
    {
        var run = Play(rules, chances);
        Assert.Equal(run.Done.Order(), run.Done);
        Assert.All(run.Begun, step => Assert.True(step == 0 || run.Done.Contains(step - 1)));
    }, iter: 3000);

    [Fact]
    public void A_table_that_changed_under_an_operation_is_a_breach()
    {
        var operation = NewOperation([new("claim", true, 1)]);
        Assert.Throws<InvariantException>(() => OperationMachine.Next(operation, [new("assign", true, 1)]));
        Assert.Throws<InvariantException>(() => OperationMachine.Next(operation, []));
    }

    [Fact]
    public void The_point_of_no_return_is_passed_when_the_step_is_begun_and_not_when_it_is_done()
    {
        StepRule[] rules = [new("reserve", true, 1), new("switch", false, 1)];
        var operation = NewOperation(rules);
        operation.Begin(0, Now);
        operation.Complete(0, Now);
        Assert.True(OperationMachine.Cancellable(operation, rules));
        operation.Begin(1, Now);
        Assert.False(OperationMachine.Cancellable(operation, rules));
    }

    [Fact]
    public void A_cancel_recorded_too_late_does_not_stop_it_and_leaves_no_error_on_its_success()
    {
        StepRule[] rules = [new("switch", false, 1)];
        var operation = NewOperation(rules);
        operation.Begin(0, Now);
        operation.Cancel();
        operation.Complete(0, Now);
        Assert.Equal(new OperationAction.Finish(OperationState.Succeeded), OperationMachine.Next(operation, rules));
        operation.Finish(OperationState.Succeeded, null, Now);
        Assert.Equal(("{}", null), (operation.Response, operation.Fault));
    }

    [Fact]
    public void Each_worker_that_takes_it_up_gets_a_higher_number()
    {
        var operation = NewOperation([]);
        Assert.Equal([1L, 2L, 3L], [operation.TakeLease("a"), operation.TakeLease("b"), operation.TakeLease("a")]);
    }

    [Fact]
    public void The_newest_sixteen_warnings_are_kept()
    {
        var operation = NewOperation([]);
        for (var i = 0; i < 20; i++) { operation.Warn($"warning {i}"); }
        Assert.Equal(16, operation.Warnings.Count);
        Assert.Equal("warning 19", operation.Warnings[^1]);
    }

    private static Operation NewOperation(StepRule[] rules) =>
        new(new(Guid.Empty), "default", OperationKind.CreateVm, "vms/vm_0", "test", rules.Select(rule => rule.Name), Now);

    private static Run Play(StepRule[] rules, Chance[] chances)
    {
        var run = new Run(NewOperation(rules), rules);
        var queue = new Queue<Chance>(chances);
        // Without chances left everything works: then it is at most one way forward and one back.
        var bound = chances.Length + (4 * rules.Length) + 2;
        for (var turn = 0; !run.Operation.Done; turn++)
        {
            Assert.True(turn <= bound, $"not done after {bound} turns");
            run.Turn(queue.TryDequeue(out var chance) ? chance : Chance.Works);
        }
        return run;
    }

    private enum Chance { Works, Fails, CrashesBefore, CrashesAfter, IsCancelled }

    // A runner that dies: it keeps nothing but the operation, and what it did to the world.
    private sealed class Run(Operation operation, StepRule[] rules)
    {
        internal Operation Operation { get; } = operation;
        internal bool[] InForce { get; } = new bool[rules.Length];
        internal int[] Attempts { get; } = new int[rules.Length];
        internal List<int> Begun { get; } = [];
        internal List<int> Done { get; } = [];
        internal List<int> Undone { get; } = [];
        internal bool PassedReturn { get; private set; }
        internal bool CancelHonoured { get; private set; }

        internal void Turn(Chance chance)
        {
            if (chance == Chance.IsCancelled) { Cancel(); return; }
            var action = OperationMachine.Next(Operation, rules);
            Assert.Equal(action, OperationMachine.Next(Operation, rules));
            switch (action)
            {
                case OperationAction.Do(var step): Do(step, chance); break;
                case OperationAction.Undo(var step): Undo(step, chance); break;
                case OperationAction.Finish(var state): Finish(state, chance); break;
                default: Assert.Fail($"{action} of an operation that is not done"); break;
            }
        }

        private void Cancel()
        {
            var honoured = OperationMachine.Cancellable(Operation, rules);
            Assert.Equal(!PassedReturn && !Operation.Unwinding, honoured);
            if (!honoured) { return; }
            Operation.Cancel();
            CancelHonoured = true;
        }

        private void Do(int step, Chance chance)
        {
            Assert.True(!Operation.Unwinding || PassedReturn, "a step is begun while it unwinds");
            Operation.Begin(step, Now);
            Attempts[step]++;
            PassedReturn |= !rules[step].Undoable;
            if (!Begun.Contains(step)) { Begun.Add(step); }
            if (chance == Chance.CrashesBefore) { return; }
            InForce[step] = true;
            if (chance == Chance.CrashesAfter) { return; }
            if (chance == Chance.Works) { Operation.Complete(step, Now); Done.Add(step); return; }
            if (OperationMachine.TriesAgain(Operation, rules, step)) { Operation.TryAgain(step); }
            else { Operation.Fail(step, new("host-failure", "It failed.", rules[step].Name), Now); }
        }

        private void Undo(int step, Chance chance)
        {
            Assert.False(PassedReturn, "a step is undone after the point of no return");
            Operation.BeginUndo(step, Now);
            if (chance == Chance.CrashesBefore) { return; }
            InForce[step] = false;
            if (chance != Chance.Works) { return; }
            Operation.CompleteUndo(step, Now);
            Undone.Add(step);
        }

        private void Finish(OperationState state, Chance chance)
        {
            if (chance is Chance.CrashesBefore or Chance.CrashesAfter) { return; }
            Operation.Finish(state, null, Now);
        }
    }
}
