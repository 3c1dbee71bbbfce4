namespace ControlPlane.Agent.Drivers;

/// <summary>A driver could not do what it was asked: a reason for programs, a sentence for people.</summary>
public sealed class VmDriverException(string reason, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The reason of a guest that was begun and must stand still: nothing is wrong with it.</summary>
    public const string LeaseNotHeld = "LeaseNotHeld";

    /// <summary>One CamelCase word, such as <c>StopTimedOut</c> or <c>DiskFull</c>.</summary>
    public string Reason { get; } = reason;
}
