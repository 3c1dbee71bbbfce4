using System.Buffers.Binary;

namespace ControlPlane.Agent.Fencing;

/// <summary>
/// The watchdog's sign of life: the moment at which it last looked, on the machine's monotonic clock, in a file that is written in place.
/// One that is older than the boot is of another, and in the future of this.
/// </summary>
public sealed class WatchdogSign(string folder, TimeProvider time)
{
    /// <summary>How old it may be while the watchdog counts as alive.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(2);

    private readonly string path = Path.Combine(folder, "watchdog.beat");

    /// <summary>Whether the watchdog has looked a moment ago.</summary>
    public bool IsFresh() => Read() is { } seen && time.GetElapsedTime(0) - seen is var age && age >= TimeSpan.Zero && age <= GoodFor;

    /// <summary>The watchdog looks.</summary>
    internal void Write()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, time.GetElapsedTime(0).Ticks);
        using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(file, bytes, 0);
    }

    private TimeSpan? Read()
    {
        try
        {
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return RandomAccess.Read(file, bytes, 0) == bytes.Length
                ? TimeSpan.FromTicks(BinaryPrimitives.ReadInt64LittleEndian(bytes)) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
