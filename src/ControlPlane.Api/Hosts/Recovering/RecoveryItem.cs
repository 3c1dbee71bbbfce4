using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms.Embodiments;

namespace ControlPlane.Api.Hosts.Recovering;

/// <summary>One VM of a lost host, as the operation keeps it.</summary>
public sealed record RecoveryItem
{
    /// <summary>Its id.</summary>
    public required string Vm { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Project { get; init; }

    /// <summary>Its priority: the higher come first.</summary>
    public required int Priority { get; init; }

    /// <summary>What was decided last.</summary>
    public LostVmVerdict Verdict { get; init; } = LostVmVerdict.StartsElsewhere;

    /// <summary>The operation that starts it elsewhere; null before.</summary>
    public OperationId? Operation { get; init; }

    /// <summary>Whether nothing more is to be done: it runs elsewhere, is gone, or its host is back.</summary>
    public bool Done { get; init; }

    /// <summary>Whether it stays what it is, which nobody knows.</summary>
    public bool Left { get; init; }

    /// <summary>Whether it should have been started elsewhere and was not.</summary>
    public bool Failed { get; init; }

    /// <summary>Not to be looked at before; null for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Why it waits, is left, or has failed.</summary>
    public string? Detail { get; init; }

    internal bool Open => !Done && !Left && !Failed;
}
