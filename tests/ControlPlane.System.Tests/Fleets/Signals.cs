using System.Runtime.InteropServices;

namespace ControlPlane.System.Tests.Fleets;

/// <summary>Sends signals: the framework can only kill.</summary>
internal static partial class Signals
{
    private const int NoSuchProcess = 3;

    /// <summary>False when the process is gone.</summary>
    public static bool Send(int process, Signal signal)
    {
        if (Kill(process, (int)signal) == 0) { return true; }
        return Marshal.GetLastPInvokeError() == NoSuchProcess ? false
            : throw new InvalidOperationException($"{signal} to {process}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
