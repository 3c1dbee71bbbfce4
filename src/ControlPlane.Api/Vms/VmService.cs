using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Preemption;
using ControlPlane.Api.Queueing;
using ControlPlane.Api.Vms.Moving;
using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Vms;

/// <summary>Reads VMs and accepts what is to be done to them. The doing is the operations'.</summary>
public sealed class VmService(
    Store store, Mutations mutations, VmCreation creation, ReturnedRoom returned, QueueDispatcher queue,
    MigrationEntrance migrations, OperationStarter operations)
{
    /// <summary>A page of them.</summary>
    public async Task<Answer> ListAsync(RequestTerms terms, ListTerms list, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        return await ListQuery.PageAsync(db.Vms, VmFields.All, list, VmView.Of, ct);
    }

    /// <summary>One of them.</summary>
    public async Task<Answer> GetAsync(string text, RequestTerms terms, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        return await Named.VmAsync(db, text) is { } vm ? Answer.Ok(VmView.Of(vm), vm.Version) : Problem.NotFound("VM", text);
    }

    /// <summary>Makes one.</summary>
    public async Task<Answer> CreateAsync(CreateVm body, RequestTerms terms, CancellationToken ct)
    {
        var answer = await creation.CreateAsync(body, terms, ct);
        if (body.Spec.Placement.OnNoCapacity == "QUEUE") { queue.Wake(); }
        return await operations.AnswerAsync(answer, terms, ct);
    }

    /// <summary>Starts it.</summary>
    public Task<Answer> StartAsync(string vm, RequestTerms terms, CancellationToken ct) => ActAsync(vm, terms, OperationKind.StartVm,
        VmActivity.Starting, [VmOperationTables.Start], _ => null, StartRefusedAsync, ct, VmState.Stopped, VmState.Failed);

    /// <summary>Stops it.</summary>
    public Task<Answer> StopAsync(string vm, StopVm body, RequestTerms terms, CancellationToken ct) => ActAsync(vm, terms,
        OperationKind.StopVm, VmActivity.Stopping, [VmOperationTables.Stop],
        it => new StopArguments(Words.Parse<StopMode>(body.Mode), body.TimeoutSeconds, body.ForceAfterTimeout, it.DesiredPower, 0),
        null, ct, VmState.Running, VmState.Paused, VmState.Starting, VmState.Stopping, VmState.Failed);

    /// <summary>Boots it again.</summary>
    public Task<Answer> RebootAsync(string vm, RebootVm body, RequestTerms terms, CancellationToken ct) => ActAsync(vm, terms,
        OperationKind.RebootVm, VmActivity.None, [VmOperationTables.Reboot],
        it => new StopArguments(
            Words.Parse<StopMode>(body.Mode), body.TimeoutSeconds, body.ForceAfterTimeout, it.DesiredPower, it.RebootCount + 1),
        null, ct, VmState.Running);

    /// <summary>Lets its vCPUs stand still.</summary>
    public Task<Answer> PauseAsync(string vm, RequestTerms terms, CancellationToken ct) => ActAsync(vm, terms, OperationKind.PauseVm,
        VmActivity.None, [VmOperationTables.Pause], _ => null, null, ct, VmState.Running);

    /// <summary>Lets its vCPUs run again.</summary>
    public Task<Answer> ResumeAsync(string vm, RequestTerms terms, CancellationToken ct) => ActAsync(vm, terms, OperationKind.ResumeVm,
        VmActivity.None, [VmOperationTables.Resume], _ => null, null, ct, VmState.Paused);

    /// <summary>Moves it to another host.</summary>
    public async Task<Answer> MigrateAsync(string text, MigrateVm body, RequestTerms terms, CancellationToken ct)
    {
        var answer = await mutations.RunAsync(terms, async session =>
        {
            if (await Named.VmAsync(session.Db, text) is not { } vm) { return Problem.NotFound("VM", text); }
            if (terms.Stale(vm.Version) is { } stale) { return stale; }
            var accepted = await migrations.AcceptAsync(session, vm, body, terms);
            await session.SaveAsync();
            return accepted;
        }, ct);
        return await operations.AnswerAsync(answer, terms, ct);
    }

    /// <summary>Removes it, whatever it is.</summary>
    public Task<Answer> DeleteAsync(string vm, RequestTerms terms, CancellationToken ct) => ActAsync(vm, terms, OperationKind.DeleteVm,
        VmActivity.Deleting, [VmOperationTables.Remove], _ => null, null, ct, Enum.GetValues<VmState>());

    /// <summary>Changes its spec.</summary>
    public async Task<Answer> PatchAsync(string text, Patch<PatchableVm> patch, RequestTerms terms, CancellationToken ct)
    {
        var answer = await mutations.RunAsync(terms, async session =>
        {
            if (await Named.VmAsync(session.Db, text) is not { } vm) { return Problem.NotFound("VM", text); }
            if (terms.Stale(vm.Version) is { } stale) { return stale; }
            if (vm.Operation is { } running) { return OperationStarter.InProgress(running); }
            if (!patch.TryApply(new PatchableVm { Spec = VmView.Spec(vm.Spec) }, out var changed, out var fault)) { return fault; }
            var next = VmSpecs.Of(changed.Spec, vm.Spec.Image, vm.AffinityGroup, vm.Spec.Placement.Algorithm) with
            {
                Architecture = vm.Spec.Architecture, Firmware = vm.Spec.Firmware,
            };
            if (VmChange.Refuse(vm, changed.Spec, next) is { } refusal) { return refusal; }
            if (await TooSmallAsync(session, vm, next, changed.Spec) is { } small) { return small; }
            var steps = VmChange.Steps(vm, next);
            if (steps.Contains(VmOperationTables.Start) && await EngineClosedAsync(session, vm) is { } closed) { return closed; }
            return await UpdateAsync(session, vm, next, steps, terms);
        }, ct);
        return await operations.AnswerAsync(answer, terms, ct);
    }

    // Only a VM that gives some back can become too small for its image.
    private static async Task<Problem?> TooSmallAsync(StoreSession session, Vm vm, VmSpec next, VmSpecDocument document) =>
        next.MemoryMiB < vm.Spec.MemoryMiB && await session.Db.Images.FirstOrDefaultAsync(row => row.Id == vm.Spec.Image) is { } image
            ? VmDrafts.TooSmall(image, document) : null;

    private async Task<Answer> UpdateAsync(StoreSession session, Vm vm, VmSpec next, IReadOnlyList<string> steps, RequestTerms terms)
    {
        // One that was stopped for another takes its room again only when it is started.
        var preempted = vm.Preempted;
        var stays = preempted is not null && !steps.Contains(VmOperationTables.Start);
        var outcome = await VmLedger.ResizeAsync(session, vm, stays ? next.DiskOnly() : next.Demand);
        if (outcome != AllocationOutcome.Allocated) { return VmChange.Refusal(outcome, vm, next); }
        var operation = OperationStarter.Begin(
            session, terms, OperationKind.UpdateVm, $"vms/{vm.Id}", steps, new UpdateArguments(vm.Spec, preempted));
        operation.Begin(0, session.Now);
        operation.Complete(0, session.Now);
        vm.Spec = next with { DesiredState = vm.Spec.DesiredState };
        if (stays) { vm.GiveWay(preempted!); }
        else { vm.ComeBack(); }
        vm.TryBegin(operation.Id, VmActivity.None);
        return await operations.AcceptAsync(session, operation, vm);
    }

    private async Task<Answer> ActAsync(
        string text, RequestTerms terms, OperationKind kind, VmActivity activity, IReadOnlyList<string> steps, Func<Vm, object?> arguments,
        Func<StoreSession, Vm, Task<Problem?>>? refuse, CancellationToken ct, params VmState[] from)
    {
        var answer = await mutations.RunAsync(terms, async session =>
        {
            if (await Named.VmAsync(session.Db, text) is not { } vm) { return Problem.NotFound("VM", text); }
            if (terms.Stale(vm.Version) is { } stale) { return stale; }
            if (vm.Operation is { } running) { return OperationStarter.InProgress(running); }
            if (!from.Contains(vm.State)) { return WrongState(vm, kind, from); }
            if (refuse is not null && await refuse(session, vm) is { } problem) { return problem; }
            var operation = OperationStarter.Begin(session, terms, kind, $"vms/{vm.Id}", steps, arguments(vm));
            operation.Placement = vm.Placement?.ToString();
            vm.TryBegin(operation.Id, activity);
            return await operations.AcceptAsync(session, operation, vm);
        }, ct);
        return await operations.AnswerAsync(answer, terms, ct);
    }

    private static Problem WrongState(Vm vm, OperationKind kind, VmState[] from) => new(ProblemCode.InvalidState,
        $"VM '{vm.Name}' is {Words.Of(vm.State)}; {Words.Of(kind)} needs it to be {string.Join(" or ", from.Select(Words.Of))}.");

    private async Task<Problem?> StartRefusedAsync(StoreSession session, Vm vm) =>
        await InUpkeepAsync(session, vm) ?? await EngineClosedAsync(session, vm) ?? await returned.TakeAsync(session, vm);

    private static async Task<Problem?> InUpkeepAsync(StoreSession session, Vm vm) =>
        await session.Db.Hosts.FirstOrDefaultAsync(row => row.Id == vm.Host) is { Duty: HostDuty.Draining or HostDuty.Maintenance } host
            ? new Problem(ProblemCode.InvalidState, $"VM '{vm.Name}' is on host '{host.Name}', which is {Words.Of(host.State)}: nothing is "
                + $"started there. Move it with POST /v1/vms/{vm.Name}/migrate and the algorithm COLD, or take the host back with POST "
                + $"/v1/hosts/{host.Name}/activate.")
            : null;

    private static async Task<Problem?> EngineClosedAsync(StoreSession session, Vm vm)
    {
        var host = await session.Db.Hosts.FirstOrDefaultAsync(row => row.Id == vm.Host);
        var engine = vm.Engine is { } kind ? host?.Engine(kind) : null;
        return engine is null or { State: not EngineState.Running }
            ? new Problem(ProblemCode.InvalidState, $"The {Words.Of(vm.Engine)} engine of host '{host?.Name}' does not run; start it with "
                + $"POST /v1/hosts/{host?.Name}/engines/{Words.Of(vm.Engine)?.ToLowerInvariant()}/start.")
            : null;
    }
}
