namespace ControlPlane.Api.Rebalancing.Executing;

/// <summary>What a move that cannot be made does to those after it.</summary>
public enum OnStale
{
    /// <summary>No other begins.</summary>
    Stop,

    /// <summary>It is left out.</summary>
    Skip,
}
