using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Vms;
using ControlPlane.Api.Vms.Moving;
using ControlPlane.Contracts.Operations;
using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Draining;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Hosts.Draining;

/// <summary>
/// One turn of a host's emptying: takes in how its children ended, and begins the next as far as there may be more at once.
/// </summary>
public sealed class DrainTurn(MigrationEntrance migrations)
{
    private const int MostAttempts = 2;

    /// <summary>Takes the turn; <paramref name="patience"/> is how long one that was refused waits.</summary>
    internal async Task<OperationFault?> NextAsync(StepScope scope, TimeSpan patience)
    {
        var (session, drain) = (scope.Session, HostDrain.Of(scope.Operation)!);
        var host = HostId.Parse(scope.Operation.Target["hosts/".Length..]);
        await TakeInAsync(session, drain, MostAttempts);
        var there = await DrainPlanning.ThereOrComing(session.Db, host).ToListAsync();
        AddComers(session, there, drain);
        for (var i = 0; i < drain.Items.Count && drain.AtWork < drain.Wanted.Parallelism; i++)
        {
            var item = drain.Items[i];
            if (item.Done || item.Left || item.Operation is not null || item.NotBefore > session.Now) { continue; }
            drain.Items[i] = await BeginAsync(scope, there, drain, item, patience);
        }
        scope.Operation.Parts = Math.Max(1, drain.Items.Count);
        scope.Operation.Arguments = StoreJson.Write(drain);
        return null;
    }

    /// <summary>Notes how children ended. A VM whose move failed is tried again, so often in all.</summary>
    internal static async Task TakeInAsync(StoreSession session, HostDrain drain, int mostAttempts)
    {
        for (var i = 0; i < drain.Items.Count; i++)
        {
            if (drain.Items[i] is not { Operation: { } id, Done: false, Left: false } item) { continue; }
            if (await session.OperationAsync(id) is not { Done: true } child) { continue; }
            drain.Items[i] = child.State == OperationState.Succeeded ? item with { Done = true, Detail = null }
                : item.Attempts < mostAttempts && child.State == OperationState.Failed
                    ? item with { Operation = null, Detail = child.Fault?.Message }
                    : item with { Left = true, Detail = child.Fault?.Message ?? "its operation did not succeed" };
        }
    }

    // Who was on the way when the host was closed: a move that had begun, a create that had its room.
    private static void AddComers(StoreSession session, List<Vm> there, HostDrain drain)
    {
        var known = drain.Items.Select(item => item.Vm).ToHashSet(StringComparer.Ordinal);
        drain.Items.AddRange(there.Where(vm => !known.Contains(vm.Id.ToString()))
            .Select(vm => DrainPlanning.Of(vm, drain.PolicyOf(vm.Id.ToString(), vm.Name.ToString()), null, session.Fleet)));
    }

    private async Task<DrainItem> BeginAsync(
        StepScope scope, List<Vm> there, HostDrain drain, DrainItem item, TimeSpan patience)
    {
        var (session, later) = (scope.Session, scope.Session.Now + patience);
        var vm = await session.VmAsync(VmId.Parse(item.Vm));
        if (vm is null || !there.Exists(each => each.Id == vm.Id)) { return item with { Done = true, Detail = null }; }
        if (item.Policy == DrainPolicy.Refuse) { return item with { Left = true, Detail = "its policy is REFUSE" }; }
        if (vm.Operation is { } other)
        {
            return item with { NotBefore = later, Detail = $"operation {other} is at work on it" };
        }
        if (item.Policy == DrainPolicy.Stop && vm.State is VmState.Stopped or VmState.Failed) { return item with { Done = true }; }
        var terms = ChildOperations.TermsFor(scope.Operation.Id, vm.Project, scope.Operation.Actor);
        var answer = item.Policy == DrainPolicy.Stop ? Stop(scope, vm, terms) : await migrations.AcceptAsync(session, vm, new()
        {
            Algorithm = Words.Of(DrainPlanning.AlgorithmOf(vm, item.Policy, drain)), Tls = drain.Wanted.Tls,
        }, terms);
        return answer switch
        {
            Answer.Done { Body: OperationResource begun } =>
                item with { Operation = OperationId.Parse(begun.Id), Attempts = item.Attempts + 1, NotBefore = null, Detail = null },
            Answer.Refused { Why: var why } => item with { NotBefore = later, Detail = why.Detail },
            _ => throw new InvalidOperationException("a move is accepted or refused"),
        };
    }

    private static Answer Stop(StepScope scope, Vm vm, RequestTerms terms)
    {
        var stop = new StopArguments(StopMode.Graceful, new StopVm().TimeoutSeconds, true, vm.DesiredPower, 0);
        var operation = OperationStarter.Begin(
            scope.Session, terms, OperationKind.StopVm, $"vms/{vm.Id}", [VmOperationTables.Stop], stop);
        vm.TryBegin(operation.Id, VmActivity.Stopping);
        return Answer.Accepted(OperationView.PathOf(operation.Id), OperationView.Of(operation, scope.Tables));
    }
}
