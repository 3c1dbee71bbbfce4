using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Operations;

/// <summary>What the observed state says of a step that waits.</summary>
public abstract record StepProgress
{
    private StepProgress() { }

    /// <summary>Not there yet.</summary>
    public sealed record Waiting : StepProgress;

    /// <summary>Not there, and the step is to be done once more: it goes through its work part by part. No attempt has failed.</summary>
    public sealed record Again : StepProgress;

    /// <summary>There.</summary>
    public sealed record Reached : StepProgress;

    /// <summary>It will not get there.</summary>
    public sealed record Missed(OperationFault Fault) : StepProgress;
}
