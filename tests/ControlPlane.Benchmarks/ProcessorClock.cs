using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ControlPlane.Benchmarks;

/// <summary>
/// What a process has used of processors, all threads, user and system, to the nanosecond: what <see cref="Process"/> tells goes by ticks
/// of 10 ms, three hundredths of a short round.
/// </summary>
internal static class ProcessorClock
{
    // As clock_getcpuclockid(3) makes them: the process's number inverted, and "by the scheduler".
    private const int BitsOfKind = 3;
    private const int ByScheduler = 2;

    /// <summary>Of a process that runs.</summary>
    public static TimeSpan Of(Process process)
    {
        if (ReadClock((~process.Id << BitsOfKind) | ByScheduler, out var time) != 0)
        {
            throw new InvalidOperationException($"the clock of process {process.Id} cannot be read: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    [DllImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static extern int ReadClock(int clock, out UnixTime time);

    [StructLayout(LayoutKind.Sequential)]
    private struct UnixTime
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
