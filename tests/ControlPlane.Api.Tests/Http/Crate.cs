using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Api.Tests.Http;

/// <summary>A body with one member of each kind.</summary>
public sealed record Crate
{
    public required string Name { get; init; }
    public required CrateSpec Spec { get; init; }
    public string? Note { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<CrateItem> Items { get; init; } = [];
    public IReadOnlyDictionary<string, long> Amounts { get; init; } = new Dictionary<string, long>();

    [AllowedValues("SMALL", "LARGE")]
    public string Size { get; init; } = "SMALL";

    [Range(1, 10)]
    public int Layers { get; init; } = 1;
}
