namespace ControlPlane.Core.Scheduling.Scores;

/// <summary>A number by chance, the same for the same seed and host (SplitMix64; Steele et al. 2014).</summary>
public sealed class RandomOrder : IScore
{
    /// <inheritdoc/>
    public long Of(HostSnapshot host, Demand demand, ulong seed)
    {
        Span<byte> id = stackalloc byte[16];
        host.Id.Value.TryWriteBytes(id);
        // The seed is mixed before it meets the id: seeds and ids that differ in the same bits would give the same numbers.
        var mixed = Mix(Mix(seed) ^ BitConverter.ToUInt64(id)) ^ BitConverter.ToUInt64(id[8..]);
        return (long)(Mix(mixed) % (ulong)Utilization.Full);
    }

    private static ulong Mix(ulong value)
    {
        value += 0x9e3779b97f4a7c15;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
