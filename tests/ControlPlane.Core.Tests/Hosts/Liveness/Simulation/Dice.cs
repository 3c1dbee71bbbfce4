namespace ControlPlane.Core.Tests.Hosts.Liveness.Simulation;

/// <summary>Chance from a seed: the same seed gives the same run, whatever the runtime's own generator does.</summary>
public sealed class Dice(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        var mixed = state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>From zero to one less than the bound.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    public long Between(long least, long most) => least + (long)(Next() % (ulong)(most - least + 1));

    public bool Chance(double share) => (Next() >> 11) * (1.0 / (1UL << 53)) < share;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];
}
