namespace ControlPlane.Core.Scheduling;

/// <summary>What a decision came to.</summary>
/// <param name="Best">The host to take, or null when none fits.</param>
/// <param name="RunnerUp">The host to take without the best, or null.</param>
/// <param name="ExceedsEveryHost">True when every host is too small, even when empty, or not of the kind asked for.</param>
public readonly record struct Choice(Candidate? Best, Candidate? RunnerUp, bool ExceedsEveryHost);
