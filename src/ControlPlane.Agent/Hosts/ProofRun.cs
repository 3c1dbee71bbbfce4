namespace ControlPlane.Agent.Hosts;

/// <summary>What one run of the proving guest showed.</summary>
/// <param name="ExitCode">QEMU's; above 128 the signal that ended it.</param>
/// <param name="TimedOut">Whether it was ended because it took too long.</param>
/// <param name="Began">Whether the guest's first letter came.</param>
/// <param name="Ended">Whether its last word came.</param>
/// <param name="Elapsed">From the first to the last.</param>
/// <param name="Errors">What QEMU complained of, bounded.</param>
internal sealed record ProofRun(int ExitCode, bool TimedOut, bool Began, bool Ended, TimeSpan Elapsed, string Errors);
