using ControlPlane.Api.Operations;
using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Hosts.Draining;

/// <summary>
/// The step table of a host's emptying: one step that gives each VM a child when its turn comes, looks at those under way, and is taken
/// back by cancelling them. What has moved stays moved.
/// </summary>
public sealed class DrainTables(Lazy<DrainTurn> turn, IOptions<OperationOptions> options, TimeProvider time) : IOperationTables
{
    /// <summary>Moves or stops every VM.</summary>
    public const string Empty = "empty";

    private readonly TimeSpan patience = TimeSpan.FromSeconds(options.Value.SweepSeconds);

    /// <summary>What such an operation is about.</summary>
    internal static string TargetOf(HostId host) => $"hosts/{host}";

    /// <summary>One table.</summary>
    public IEnumerable<OperationTable> All() =>
    [
        new()
        {
            Kind = OperationKind.DrainHost, End = EndAsync,
            Steps =
            [
                new()
                {
                    Name = Empty, Do = scope => turn.Value.NextAsync(scope, patience), AwaitChildren = LookAsync,
                    Undo = ChildOperations.CancelAsync, AwaitChildrenUndo = EndedAsync,
                },
            ],
        },
    ];

    // Again only when there is something to do: a child has ended, or a VM may be begun.
    private async Task<StepProgress> LookAsync(StoreContext db, OperationId id, CancellationToken ct)
    {
        var operation = await db.Operations.FirstAsync(row => row.Id == id, ct);
        var (drain, now) = (HostDrain.Of(operation)!, time.GetUtcNow());
        var open = drain.Items.Where(item => !item.Done && !item.Left).ToList();
        if (open.Count == 0) { return Ended(drain); }
        if (now > drain.Deadline)
        {
            return new StepProgress.Missed(new("deadline-exceeded",
                $"{open.Count} of {drain.Items.Count} VMs had not left the host when the deadline passed.", Empty));
        }
        var ids = open.Select(item => item.Operation).OfType<OperationId>().ToList();
        if (await db.Operations.AnyAsync(row => ids.Contains(row.Id) && row.EndTime != null, ct)) { return new StepProgress.Again(); }
        var free = drain.AtWork < drain.Wanted.Parallelism && open.Exists(item => item.Operation is null && !(item.NotBefore > now));
        return free ? new StepProgress.Again() : new StepProgress.Waiting();
    }

    private static StepProgress Ended(HostDrain drain)
    {
        var left = drain.Items.Where(item => item.Left).ToList();
        if (left.Count == 0 || drain.Wanted.Force) { return new StepProgress.Reached(); }
        return new StepProgress.Missed(new("drain-incomplete",
            $"{left.Count} of {drain.Items.Count} VMs have not left the host; the first: {left[0].Detail}", Empty));
    }

    private static async Task<StepProgress> EndedAsync(StoreContext db, OperationId id, CancellationToken ct) =>
        (await ChildOperations.TallyAsync(db, id, ct)).AllEnded ? new StepProgress.Reached() : new StepProgress.Waiting();

    private static async Task<string?> EndAsync(StepScope scope, OperationState state)
    {
        var (operation, drain) = (scope.Operation, HostDrain.Of(scope.Operation)!);
        var id = HostId.Parse(operation.Target["hosts/".Length..]);
        // Those that a cancel or the deadline took back have ended since the last turn.
        await DrainTurn.TakeInAsync(scope.Session, drain, mostAttempts: 0);
        operation.Arguments = StoreJson.Write(drain);
        if (await scope.Session.Db.Hosts.FirstOrDefaultAsync(row => row.Id == id) is not { } host) { return null; }
        var empty = state == OperationState.Succeeded && !drain.Items.Exists(item => item.Left);
        if (host.Duty == HostDuty.Draining) { host.Duty = empty ? HostDuty.Maintenance : HostDuty.Cordoned; }
        foreach (var item in drain.Items.Where(item => item.Left && item.Project == operation.Project))
        {
            operation.Warn($"VM '{item.Name}' is still there: {item.Detail}");
        }
        return Wire.Write(DrainView.Of(operation)!);
    }
}
