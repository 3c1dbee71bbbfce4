using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Operations;
using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Vms.Batches;

/// <summary>A batch on its way: which VMs have been accepted or refused, which wait for their turn. Kept in its operation.</summary>
public sealed class VmBatch
{
    // So that the tracker of one turn does not have to look through all VMs again for each.
    private const int VmsPerSave = 16;

    /// <summary>Whether one refusal refuses all.</summary>
    public required bool AllOrNothing { get; init; }

    /// <summary>The VMs, in the order of the call.</summary>
    public required List<VmBatchItem> Items { get; init; }

    /// <summary>Their indexes in the order of their turns: the largest first.</summary>
    public required IReadOnlyList<int> Order { get; init; }

    /// <summary>How many have had their turn.</summary>
    public int Begun { get; set; }

    /// <summary>How many of those were refused.</summary>
    public int Refused => Items.Count(item => item.Code is not null);

    /// <summary>
    /// Gives the next so many their turn, each with all its checks. With <see cref="AllOrNothing"/> the first refusal ends it and is
    /// the batch's own: the caller's turn is taken back, and with it what was accepted before.
    /// </summary>
    public async Task<Problem?> AdmitAsync(StoreSession session, VmCreation creation, RequestTerms terms, int most)
    {
        for (var turns = 1; turns <= most && Begun < Order.Count; turns++)
        {
            var index = Order[Begun++];
            var item = Items[index];
            var answer = await creation.AdmitAsync(session, item.Wanted!, terms);
            if (answer is Answer.Refused { Why: var why } && AllOrNothing) { return AtIndex(why, index, item.Name); }
            Items[index] = After(item, answer);
            if (turns % VmsPerSave == 0) { await ForgetAsync(session); }
        }
        return null;
    }

    private static VmBatchItem After(VmBatchItem item, Answer answer) => answer switch
    {
        Answer.Done { Body: OperationResource made } => new()
        {
            Name = item.Name, Vm = made.Target[(made.Target.IndexOf('/') + 1)..], Operation = OperationId.Parse(made.Id),
        },
        Answer.Refused { Why: var why } => new() { Name = item.Name, Code = why.Code.Text, Detail = why.Detail },
        _ => throw new InvalidOperationException("a create is accepted or refused"),
    };

    // What is tracked and unchanged only costs time; the operation of the batch itself stays known to its worker.
    private static async Task ForgetAsync(StoreSession session)
    {
        if (!session.HasContext) { return; }
        await session.SaveAsync();
        foreach (var entry in session.Db.ChangeTracker.Entries().ToList())
        {
            if (entry.Entity is not Operation { Parts: > 0 }) { entry.State = Microsoft.EntityFrameworkCore.EntityState.Detached; }
        }
    }

    private static Problem AtIndex(Problem why, int index, string name)
    {
        var errors = why.Errors?.ToDictionary(error => $"vms[{index}].{error.Key}", error => error.Value);
        var at = why.Reworded(words => $"vms[{index}] '{name}': {words} No VM of the batch was made.") with { Errors = errors };
        return at.With("index", index).With("name", name);
    }
}
