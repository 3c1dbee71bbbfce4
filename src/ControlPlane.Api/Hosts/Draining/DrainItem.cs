using ControlPlane.Core.Hosts.Draining;
using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Hosts.Draining;

/// <summary>One VM of a host that is emptied, as the operation keeps it.</summary>
public sealed record DrainItem
{
    /// <summary>Its id.</summary>
    public required string Vm { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Project { get; init; }

    /// <summary>What becomes of it.</summary>
    public required DrainPolicy Policy { get; init; }

    /// <summary>Where it could go when that was looked at first.</summary>
    public string? Target { get; init; }

    /// <summary>The newest operation on it.</summary>
    public OperationId? Operation { get; init; }

    /// <summary>Whether that is known to have ended, or none is needed.</summary>
    public bool Done { get; init; }

    /// <summary>Whether it stays though it should go.</summary>
    public bool Left { get; init; }

    /// <summary>How often it was begun.</summary>
    public int Attempts { get; init; }

    /// <summary>Not to be tried before; null for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Why it waits or stays.</summary>
    public string? Detail { get; init; }
}
