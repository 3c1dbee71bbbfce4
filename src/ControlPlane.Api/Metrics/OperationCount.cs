namespace ControlPlane.Api.Metrics;

/// <summary>How many operations of a kind are in a state.</summary>
public sealed record OperationCount(string Kind, string State, long Count);
