using System.Runtime.InteropServices;

namespace ControlPlane.Agent.Remote;

/// <summary>
/// The machine's clock with timestamps since its boot that count while it sleeps (<c>CLOCK_BOOTTIME</c>), the same for every process: a
/// lease must not outlast its time because the machine slept through it.
/// </summary>
public sealed partial class BootTime : TimeProvider
{
    private const int BootClock = 7;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <inheritdoc/>
    public override long TimestampFrequency => NanosecondsPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        if (ClockGetTime(BootClock, out var now) != 0)
        {
            throw new InvalidOperationException($"CLOCK_BOOTTIME cannot be read: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        return (now.Seconds * NanosecondsPerSecond) + now.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int ClockGetTime(int clock, out TimeSpec now);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
