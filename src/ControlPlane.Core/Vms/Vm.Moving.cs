using ControlPlane.Core.Hosts;
using ControlPlane.Core.Vms.Embodiments;
using ControlPlane.Core.Vms.Moving;

namespace ControlPlane.Core.Vms;

/// <summary>Its way to another host: <see cref="Custody"/> says who may run it, this keeps what it says.</summary>
public sealed partial class Vm
{
    /// <summary>Its way to another host, until the switch; else null.</summary>
    public Migration? Migration { get; private set; }

    /// <summary>Where it is on its way to; null when it is not.</summary>
    public HostId? MigrationTarget { get; private set; }

    /// <summary>What both hosts have said of that way; null before.</summary>
    public MigrationSight? MigrationSight { get; private set; }

    /// <summary>Hosts that may still have something of it and were told to let it go.</summary>
    public IReadOnlyList<HostId> Departing { get; private set; } = [];

    /// <summary>How often it has moved, or was to.</summary>
    public int Migrations { get; private set; }

    /// <summary>The same by algorithm and outcome.</summary>
    public IReadOnlyList<MigrationCount> MigrationCounts { get; private set; } = [];

    /// <summary>Tells the target to await it. Until the switch only its host may run it.</summary>
    /// <param name="migration">With its room there; what it is there, and by which generation it is told, is said here.</param>
    public void BeginMigration(Migration migration)
    {
        var outcome = Custody().Begin(migration.Target, out var next);
        Invariant.Check(outcome == CustodyOutcome.Done, $"VM {Name}: a move cannot begin ({outcome})");
        Migration = migration with { Incarnation = next.Move!.Incarnation, Generation = next.Move.Generation };
        MigrationTarget = migration.Target;
        MigrationSight = new() { Incarnation = next.Move.Incarnation };
        (Issued, AssignmentGeneration) = (next.Issued, next.Generation);
    }

    /// <summary>Tells the source to send it to where the target listens.</summary>
    public void AnnounceMigration()
    {
        Invariant.Check(Migration is not null && MigrationSight?.Listening is not null, $"VM {Name}: nobody listens for it");
        Custody().Announce(out var next);
        AssignmentGeneration = next.Generation;
        Migration = Migration! with { Generation = next.Generation, Ready = MigrationSight!.Listening };
    }

    /// <summary>Whether both words for the switch are there.</summary>
    public bool ReadyToSwitch => Migration is not null && Custody().Switch(out _) == CustodyOutcome.Done;

    /// <summary>
    /// The switch: from its commit on only the target may run it, and it is the target's. Gives what is over: the host that it left, with
    /// what it was there.
    /// </summary>
    public Departure SwitchOver(DateTimeOffset now)
    {
        var outcome = Custody().Switch(out var next);
        Invariant.Check(outcome == CustodyOutcome.Done, $"VM {Name}: no switch ({outcome})");
        var (migration, source, past) = (Migration!, Host!.Value, Incarnation);
        (Host, Engine, Allocation, Seat) = (migration.Target, migration.Engine, migration.Allocation, migration.Seat);
        Placement = migration.Placement;
        (Incarnation, AssignmentGeneration) = (next.Incarnation, next.Generation);
        DesiredPower = migration.Power;
        (ObservedPower, ObservedGeneration) = (Power.Paused, MigrationSight!.TargetGeneration);
        (Failure, FailureReason, ProcessId) = (null, null, null);
        (Migration, MigrationTarget) = (null, null);
        PromiseFrom = 0;
        Departing = [.. Departing.Where(host => host != source), source];
        return new(this, source, past, next.Generation, now);
    }

    /// <summary>
    /// Ends a move before its switch: its host goes on as if nothing had been. Gives what the target must let go; null when there was no
    /// move.
    /// </summary>
    public Departure? AbandonMigration(DateTimeOffset now)
    {
        if (Custody().Abandon(out var next) != CustodyOutcome.Done) { return null; }
        var (target, burnt) = (Migration!.Target, Migration.Incarnation);
        AssignmentGeneration = next.Generation;
        (Migration, MigrationTarget, MigrationSight) = (null, null, null);
        Departing = [.. Departing.Where(host => host != target), target];
        return new(this, target, burnt, next.Generation, now);
    }

    /// <summary>A host has said that nothing of it is left there.</summary>
    public void HasDeparted(HostId host) => Departing = [.. Departing.Where(other => other != host)];

    /// <summary>Counts an attempt to move it.</summary>
    public void CountMigration(MigrationAlgorithm algorithm, MigrationOutcome outcome)
    {
        var before = MigrationCounts.FirstOrDefault(count => count.Algorithm == algorithm && count.Outcome == outcome);
        Migrations++;
        MigrationCounts =
        [
            .. MigrationCounts.Where(count => count != before).Append(new(algorithm, outcome, (before?.Attempts ?? 0) + 1))
                .OrderBy(count => count.Algorithm).ThenBy(count => count.Outcome),
        ];
    }

    /// <summary>Takes the target's word in; false when it is about another move.</summary>
    public bool ObserveTarget(long incarnation, MigrationReport report)
    {
        if (Migration is null || MigrationSight is not { } sight || sight.Incarnation != incarnation) { return false; }
        var next = sight with
        {
            TargetGeneration = Math.Max(sight.TargetGeneration, report.Generation), Listening = sight.Listening ?? report.Listening,
            Loaded = sight.Loaded || report.Loaded, TargetFailure = report.Failure ?? sight.TargetFailure,
        };
        if (next != sight) { MigrationSight = next; }
        return true;
    }

    /// <summary>Takes the source's word of the move in, beside its report; false when it is about another move.</summary>
    public bool ObserveSource(long incarnation, MigrationReport report)
    {
        if (Migration is not { } migration || MigrationSight is not { } sight || incarnation != Incarnation) { return false; }
        var ofMove = report.HandedOver && report.Generation == migration.Generation && migration.Ready is not null;
        var next = sight with
        {
            HandedOver = ofMove ? report.Generation : sight.HandedOver, PastReturn = sight.PastReturn || report.PastReturn,
            DowntimeMs = report.DowntimeMs ?? sight.DowntimeMs, TotalMs = report.TotalMs ?? sight.TotalMs,
        };
        if (next != sight) { MigrationSight = next; }
        return true;
    }

    private Custody Custody() => Embodiments.Custody.Of(Id, Host!.Value, Incarnation, Math.Max(Issued, Incarnation), AssignmentGeneration,
        LossPolicy, Migration is { } move ? new Move(move.Target, move.Incarnation, move.Generation, MigrationSight!.Loaded,
            MigrationSight.HandedOver == move.Generation && move.Ready is not null) : null, (ObservedGeneration, PromiseFrom));
}
