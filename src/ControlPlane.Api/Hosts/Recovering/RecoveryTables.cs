using ControlPlane.Api.Hosts.Liveness;
using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Vms;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Hosts.Recovering;

/// <summary>
/// The step tables of a lost host's recovery and of the start of each of its VMs elsewhere. Neither is ever taken back: what was begun
/// elsewhere is the VM from then on.
/// </summary>
public sealed class RecoveryTables(
    RecoveryTurn turn, RecoveryStart start, IOptions<OperationOptions> options, TimeProvider time) : IOperationTables
{
    /// <summary>Decides of every VM, and starts elsewhere what may be.</summary>
    public const string Recover = "recover";

    private readonly OperationOptions limits = options.Value;

    /// <summary>What such an operation is about.</summary>
    internal static string TargetOf(HostId host) => $"hosts/{host}";

    /// <summary>The host that it is about.</summary>
    internal static HostId HostOf(Operation operation) => HostId.Parse(operation.Target["hosts/".Length..]);

    /// <summary>Two tables.</summary>
    public IEnumerable<OperationTable> All() =>
    [
        new()
        {
            Kind = OperationKind.RecoverHost, End = EndAsync,
            Steps = [new() { Name = Recover, Do = turn.NextAsync, AwaitChildren = LookAsync }],
        },
        new()
        {
            Kind = OperationKind.RestartVmElsewhere, End = EndRestartAsync, OnlyForParent = true, Steps = [ClaimStep(), StartStep()],
        },
    ];

    // Again only when there is something to do: a child has ended, or a VM may be decided on.
    private async Task<StepProgress> LookAsync(StoreContext db, OperationId id, CancellationToken ct)
    {
        var operation = await db.Operations.FirstAsync(row => row.Id == id, ct);
        var (recovery, now) = (HostRecovery.Of(operation)!, time.GetUtcNow());
        var open = recovery.Items.Where(item => item.Open).ToList();
        if (open.Count == 0) { return Ended(recovery); }
        var ids = open.Select(item => item.Operation).OfType<OperationId>().ToList();
        if (await db.Operations.AnyAsync(row => ids.Contains(row.Id) && row.EndTime != null, ct)) { return new StepProgress.Again(); }
        return open.Exists(item => item.Operation is null && item.NotBefore <= now && turn.HasTurn(recovery))
            ? new StepProgress.Again() : new StepProgress.Waiting();
    }

    private static StepProgress Ended(HostRecovery recovery)
    {
        var failed = recovery.Items.Where(item => item.Failed).ToList();
        return failed.Count == 0 ? new StepProgress.Reached() : new StepProgress.Missed(new("recovery-incomplete",
            $"{failed.Count} of {recovery.Items.Count} VMs could not be started elsewhere; the first: {failed[0].Detail}", Recover));
    }

    private async Task<string?> EndAsync(StepScope scope, OperationState state)
    {
        var (operation, recovery) = (scope.Operation, HostRecovery.Of(scope.Operation)!);
        await FenceAsync(scope, recovery);
        foreach (var item in recovery.Items.Where(item => item.Left && item.Project == operation.Project))
        {
            operation.Warn($"It is not known what VM '{item.Name}' is: {item.Detail}");
        }
        return Wire.Write(RecoveryView.Of(operation)!);
    }

    // A host that was back meanwhile, and is lost again, is recovered anew.
    private async Task FenceAsync(StepScope scope, HostRecovery recovery)
    {
        if (await Standings.FindAsync(scope.Session, HostOf(scope.Operation)) is not { } row) { return; }
        if (row.Session == recovery.Session) { await Standings.KeepAsync(scope.Session, row, row.Read().Fence()); }
        else if (row.State == HostLiveness.Lost)
        {
            var terms = new RequestTerms
            {
                Project = scope.Operation.Project, Actor = scope.Operation.Actor, TraceId = scope.Operation.Id.ToString(),
            };
            start.Begin(scope.Session, terms, row.Read());
        }
    }

    // The room was taken in the parent's turn, where there was any.
    private OperationStepWork ClaimStep() => new()
    {
        Name = VmOperationTables.Claim,
        Do = scope => Task.FromResult(RestartPlan.Of(scope.Operation).Refusal is { } why
            ? new OperationFault("insufficient-capacity", why, VmOperationTables.Claim) : null),
    };

    private OperationStepWork StartStep() => new()
    {
        Name = VmOperationTables.Start,
        Limit = _ => TimeSpan.FromSeconds(limits.PrepareTimeoutSeconds + limits.StartTimeoutSeconds),
        Do = _ => Task.FromResult<OperationFault?>(null), Await = vm => VmProgress.Until(vm.DesiredPower)(vm),
    };

    private static Task<string?> EndRestartAsync(StepScope scope, OperationState state)
    {
        if (scope.Vm is not { } vm) { return Task.FromResult<string?>(null); }
        vm.End(scope.Operation.Id);
        return Task.FromResult<string?>(VmOperationTables.ResponseOf(vm, scope.Session.Now));
    }
}
