namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>How a tool ended.</summary>
/// <param name="ExitCode">Its exit code; above 128 the signal that ended it.</param>
/// <param name="Output">What it wrote, bounded.</param>
/// <param name="Errors">What it complained of, bounded.</param>
/// <param name="TimedOut">Whether it was ended because it took too long.</param>
internal sealed record ToolResult(int ExitCode, string Output, string Errors, bool TimedOut);
