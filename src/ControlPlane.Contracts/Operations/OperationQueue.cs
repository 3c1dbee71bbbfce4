namespace ControlPlane.Contracts.Operations;

/// <summary>The place of an operation that waits for room.</summary>
public sealed record OperationQueue
{
    /// <summary>How many come before it, and one; null in the stream of an operation.</summary>
    public required int? Position { get; init; }

    /// <summary>The same among those of its project.</summary>
    public required int? OfProject { get; init; }

    /// <summary>Why it waits: as it is now when the operation is read alone, else as it was when it began to wait.</summary>
    public required string Reason { get; init; }

    /// <summary>Since when it waits.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it fails if no room has come.</summary>
    public required DateTimeOffset Deadline { get; init; }
}
