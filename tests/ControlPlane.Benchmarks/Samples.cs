namespace ControlPlane.Benchmarks;

/// <summary>Measured times and what is said of them.</summary>
internal sealed class Samples(IEnumerable<TimeSpan> times)
{
    private readonly double[] sorted = [.. times.Select(time => time.TotalMilliseconds).Order()];

    public int Count => sorted.Length;

    public double MedianMs => At(0.5);

    public double P99Ms => At(0.99);

    /// <summary>How many took longer.</summary>
    public int Over(double ms) => sorted.Count(time => time > ms);

    public override string ToString() => $"median {MedianMs:F0} ms (min {sorted[0]:F0}, max {sorted[^1]:F0}, n={sorted.Length})";

    private double At(double share) => sorted[(int)Math.Min(sorted.Length - 1, Math.Floor(share * sorted.Length))];
}
