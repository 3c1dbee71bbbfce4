namespace ControlPlane.Benchmarks;

/// <summary>What one round gave.</summary>
/// <param name="Times">Of each request.</param>
/// <param name="PerSecond">Requests per second.</param>
/// <param name="ProcessorMsEach">Processor time of the serving process, all threads, user and system, per request.</param>
internal sealed record Measured(Samples Times, double PerSecond, double ProcessorMsEach)
{
    public static Measured Of(Func<TimeSpan> processor, Action refresh, Func<(Samples Times, TimeSpan Took)> run, int requests)
    {
        refresh();
        var before = processor();
        var (times, took) = run();
        refresh();
        return new(times, requests / took.TotalSeconds, (processor() - before).TotalMilliseconds / requests);
    }
}
