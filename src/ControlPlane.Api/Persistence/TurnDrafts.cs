using ControlPlane.Core.Names;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// The VMs and operations that a turn changes or adds without a context: each with what it was, null for a new one. When the turn comes to
/// need a context after all, that takes them over.
/// </summary>
internal sealed class TurnDrafts
{
    internal List<(Vm? Before, Vm Now)> Vms { get; } = [];

    internal List<(Operation? Before, Operation Now)> Operations { get; } = [];

    internal Vm? Vm(VmId id) => Vms.Find(draft => draft.Now.Id == id).Now;

    internal Operation? Operation(OperationId id) => Operations.Find(draft => draft.Now.Id == id).Now;

    internal bool Adds(string project, ResourceName name) =>
        Vms.Exists(draft => draft.Before is null && draft.Now.Project == project && draft.Now.Name == name);

    /// <summary>Gives them to a context, which knows then what they were and what they are.</summary>
    internal void MoveTo(StoreContext db)
    {
        foreach (var (before, now) in Vms) { Move(db, before, now); }
        foreach (var (before, now) in Operations) { Move(db, before, now); }
        Vms.Clear();
        Operations.Clear();
    }

    private static void Move<T>(StoreContext db, T? before, T now)
        where T : class
    {
        if (before is null)
        {
            db.Add(now);
            return;
        }
        db.Attach(now).OriginalValues.SetValues(before);
    }
}
