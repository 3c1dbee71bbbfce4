using System.Numerics;

namespace ControlPlane.Core.Scheduling.Scores;

/// <summary>A number by chance, the same for the same seed and host (SplitMix64; Steele et al. 2014).</summary>
internal sealed class RandomOrder : IScore
{
    internal static readonly RandomOrder Instance = new();

    /// <inheritdoc/>
    public bool IsByAmounts => false;

    /// <inheritdoc/>
    public void Of(FleetChunk chunk, in Question question, ulong fitting, ulong seed, Span<float> scores)
    {
        // The seed is mixed before it meets the id: seeds and ids that differ in the same bits would give the same numbers.
        var mixed = Mix(seed);
        Span<byte> id = stackalloc byte[16];
        for (; fitting != 0; fitting &= fitting - 1)
        {
            var row = BitOperations.TrailingZeroCount(fitting);
            chunk.Hosts[row].Id.Value.TryWriteBytes(id);
            var chance = Mix(Mix(mixed ^ BitConverter.ToUInt64(id)) ^ BitConverter.ToUInt64(id[8..]));
            scores[row] = (chance >> 40) * (1f / (1 << 24));
        }
    }

    private static ulong Mix(ulong value)
    {
        value += 0x9e3779b97f4a7c15;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
