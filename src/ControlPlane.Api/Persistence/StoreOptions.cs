using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Api.Persistence;

/// <summary>Limits of the store: <c>ControlPlane:Store</c>.</summary>
public sealed class StoreOptions
{
    /// <summary>Writes that may wait for their turn; one more is answered 503. 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int MaxWaitingWrites { get; set; } = 2_048;

    /// <summary>Writes that share one commit at the most. 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int MaxWritesPerCommit { get; set; } = 64;
}
