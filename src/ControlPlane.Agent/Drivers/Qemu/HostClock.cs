using System.Globalization;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>The host's time stamp counter as the kernel measured it.</summary>
internal static class HostClock
{
    /// <summary>Kilohertz, or 0 when the kernel does not say.</summary>
    public static long TscKiloHertz()
    {
        try
        {
            var line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(text => text.StartsWith("bogomips", StringComparison.Ordinal));
            var value = line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..];
            return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var bogomips) ? (long)(bogomips * 500) : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
