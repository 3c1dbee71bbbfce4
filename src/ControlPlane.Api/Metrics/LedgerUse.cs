namespace ControlPlane.Api.Metrics;

/// <summary>What is taken and what there is of a resource class, over all hosts.</summary>
public sealed record LedgerUse(string Resource, double Used, double Capacity);
