using ControlPlane.Core.Scheduling;

namespace ControlPlane.Api.Persistence;

/// <summary>One write's turn in the lane: what it sees is the newest, nobody else writes meanwhile.</summary>
public sealed class StoreSession
{
    internal StoreSession(StoreContext db, FleetSnapshot fleet, DateTimeOffset now) => (Db, Fleet, Now) = (db, fleet, now);

    /// <summary>The context to change; saved by the write itself, committed by the lane.</summary>
    public StoreContext Db { get; }

    /// <summary>The fleet including writes of the same commit.</summary>
    public FleetSnapshot Fleet { get; internal set; }

    /// <summary>The write's time.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Set to leave nothing of the write behind, without a fault: a refusal, or a rehearsal.</summary>
    public bool RolledBack { get; private set; }

    internal List<Change> Changes { get; } = [];

    internal HashSet<string> Topics { get; } = new(StringComparer.Ordinal);

    /// <summary>Leaves nothing of the write behind.</summary>
    public void RollBack() => RolledBack = true;
}
