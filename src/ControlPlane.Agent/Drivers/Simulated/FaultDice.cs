namespace ControlPlane.Agent.Drivers.Simulated;

/// <summary>Faults that look random and repeat exactly: the same VM, generation and step always falls the same way.</summary>
public static class FaultDice
{
    /// <summary>Whether this step of this generation fails.</summary>
    public static bool Falls(string vmId, long generation, string step, double rate) => Roll(vmId, generation, step) < rate;

    /// <summary>A number in [0, 1).</summary>
    public static double Roll(string vmId, long generation, string step)
    {
        // FNV-1a over the words, then the finisher of splitmix64, without which neighbours would fall alike.
        var hash = Mix(Mix(14695981039346656037UL, vmId), step);
        hash = (hash ^ (ulong)generation) * 1099511628211UL;
        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9UL;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebUL;
        return ((hash ^ (hash >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    private static ulong Mix(ulong hash, string text)
    {
        foreach (var letter in text)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        return hash;
    }
}
