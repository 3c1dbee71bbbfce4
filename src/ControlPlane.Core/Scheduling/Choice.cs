namespace ControlPlane.Core.Scheduling;

/// <summary>What a decision came to.</summary>
/// <param name="Best">The host to take, or null when none fits.</param>
/// <param name="RunnerUp">The host to take without the best, or null.</param>
/// <param name="ExceedsEveryHost">True when the hosts that match are all too small, even when empty.</param>
public readonly record struct Choice(Candidate? Best, Candidate? RunnerUp, bool ExceedsEveryHost);
