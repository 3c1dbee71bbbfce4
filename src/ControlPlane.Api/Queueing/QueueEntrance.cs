using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Pools;
using ControlPlane.Api.Vms;
using ControlPlane.Core.Names;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Queueing;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Queueing;

/// <summary>Lets a create wait that there is no room for: its VM and its operation are written without a claim, in its own turn.</summary>
public sealed class QueueEntrance(OperationStarter operations, IOptions<QueueOptions> options)
{
    private const string NotFirst = "Others wait for room before it; its turn comes.";

    /// <summary>Whether a create that would wait must, although there may be room: others wait already, and come first.</summary>
    internal static async Task<bool> ComesAfterOthersAsync(StoreSession session, VmDraft draft) =>
        draft.Spec.Placement.QueueSeconds is not null && await QueuePlaces.Waiting(session.Db).AnyAsync();

    /// <summary>202 with the operation that waits; or the refusal, when it would not wait or waiting could never help.</summary>
    /// <param name="session">The create's turn.</param>
    /// <param name="terms">Who asks.</param>
    /// <param name="name">The VM's name.</param>
    /// <param name="draft">The VM.</param>
    /// <param name="why">Why it has no room now; null when only others come before it.</param>
    internal async Task<Answer> EnterAsync(StoreSession session, RequestTerms terms, ResourceName name, VmDraft draft, Problem? why)
    {
        if (why is not null && (draft.Spec.Placement.QueueSeconds is null || IsForEver(why))) { return why; }
        if (ExceedsPool(draft) && PoolLimits.Exceeded(draft.Chain, draft.Spec.Demand) is { } never) { return never; }
        if (await QueuePlaces.Waiting(session.Db).CountAsync() >= options.Value.MaxWaiting)
        {
            return new Problem(ProblemCode.Unavailable,
                $"{options.Value.MaxWaiting} operations wait for room already, which is the most; try again later, or ask with FAIL.");
        }
        var vm = new VmId(Guid.CreateVersion7(session.Now));
        var operation = OperationStarter.Begin(
            session, terms, OperationKind.CreateVm, $"vms/{vm}", VmOperationTables.CreateSteps(draft.Spec), null);
        operation.Wait(await TicketAsync(session, terms.Project, draft, why is null ? NotFirst : QueueReader.Sentence(why)));
        session.Db.Vms.Add(new Vm(vm, terms.Project, name, draft.Chain[0].Id, draft.Spec, operation.Id, session.Now));
        await session.Db.SaveChangesAsync(CancellationToken.None);
        return operations.Accepted(operation, await QueuePlaces.OfAsync(session.Db, operation, CancellationToken.None));
    }

    private static async Task<QueueTicket> TicketAsync(StoreSession session, string project, VmDraft draft, string reason)
    {
        var waiting = QueuePlaces.Waiting(session.Db);
        var first = await Entries(waiting.OrderBy(row => row.QueueTurn)).FirstOrDefaultAsync();
        var own = waiting.Where(row => row.Project == project);
        var last = await Entries(own.OrderByDescending(row => row.QueueTurn)).FirstOrDefaultAsync();
        var deadline = session.Now.AddSeconds(draft.Spec.Placement.QueueSeconds!.Value);
        return new(FairQueue.NextTurn(first, last), draft.Spec.Vcpus, deadline, reason);
    }

    private static IQueryable<QueueEntry?> Entries(IQueryable<Operation> rows) =>
        rows.Select(row => (QueueEntry?)new QueueEntry(row.Id, row.Project, row.QueueTurn!.Value, row.QueueCost));

    // Room on a host or below a limit may come; a class that is nowhere or a size that no host has does not, by waiting.
    private static bool IsForEver(Problem why) =>
        why.Code != ProblemCode.InsufficientCapacity && why.Code != ProblemCode.InsufficientResources;

    private static bool ExceedsPool(VmDraft draft) =>
        draft.Chain.Any(pool => draft.Spec.Demand.Any(amount => pool.Of(amount.Key)?.Capacity is { } most && amount.Value > most));
}
