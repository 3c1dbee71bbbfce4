namespace ControlPlane.Api.Health;

/// <summary>One thing that must be so before requests are sent here.</summary>
public interface IReadinessCheck
{
    string Name { get; }

    /// <summary>Null when ready, else the reason in one sentence.</summary>
    ValueTask<string?> ReasonNotReadyAsync(CancellationToken ct);
}
