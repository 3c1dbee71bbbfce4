using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Placements;

/// <summary>One thing to do so that a host would fit.</summary>
public sealed record PlacementChange
{
    /// <summary>What to do.</summary>
    [AllowedValues("FREE", "LOWER", "UNCORDON", "ACTIVATE", "RECOVER", "START_ENGINE", "ADD_ENGINE", "DROP", "EVACUATE", "TAKE_OTHER_POOL",
        "CHANGE_IMAGE")]
    public required string Action { get; init; }

    /// <summary>Of what: a resource class, an engine, a member of the request, a host.</summary>
    public required string Of { get; init; }

    /// <summary>How much to free, what to lower it to, how many VMs; null where it is no matter of amounts.</summary>
    public required long? Amount { get; init; }
}
