namespace ControlPlane.System.Tests.Fleets;

/// <summary>What a process is told from outside, by its number on x86-64.</summary>
public enum Signal
{
    Kill = 9,
    Continue = 18,
    Stop = 19,
}
