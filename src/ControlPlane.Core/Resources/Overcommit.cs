namespace ControlPlane.Core.Resources;

/// <summary>How often the same room may be promised, in thousandths: 1000 is once. Between 0.001 and 1000, in steps of 0.001.</summary>
public readonly record struct Overcommit
{
    /// <summary>No over-commitment.</summary>
    public static readonly Overcommit None = new(1000);

    private Overcommit(int permille) => Permille = permille;

    /// <summary>The ratio times 1000.</summary>
    public int Permille { get; }

    /// <summary>The ratio.</summary>
    public double Ratio => Permille / 1000.0;

    /// <summary>Takes a ratio such as 1.5; false when it is out of range or finer than a thousandth.</summary>
    public static bool TryFrom(double ratio, out Overcommit overcommit)
    {
        overcommit = None;
        if (!(ratio >= 0.001 && ratio <= 1000)) { return false; }
        var permille = (int)Math.Round(ratio * 1000);
        if (Math.Abs(permille - (ratio * 1000)) > 1e-6) { return false; }
        overcommit = new(permille);
        return true;
    }

    /// <summary>Takes thousandths as stored.</summary>
    public static Overcommit FromPermille(int permille)
    {
        Invariant.Check(permille is > 0 and <= 1_000_000, "over-commit out of range");
        return new(permille);
    }

    /// <summary>What the amount becomes, rounded down.</summary>
    public long Of(long amount) => (long)((Int128)amount * Permille / 1000);
}
