using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Api.Vms.Moving;

/// <summary>Limits of moves: <c>ControlPlane:Migrations</c>.</summary>
public sealed class MigrationOptions
{
    /// <summary>Moves that a host takes part in at once, from it and to it; another is refused. 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int MaxPerHost { get; set; } = 4;
}
