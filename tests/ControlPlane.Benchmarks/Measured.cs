using System.Diagnostics;

namespace ControlPlane.Benchmarks;

/// <summary>What one round gave.</summary>
/// <param name="Times">Of each request.</param>
/// <param name="PerSecond">Requests per second.</param>
/// <param name="ProcessorMsEach">Processor time of the serving process, all threads, user and system, per request.</param>
internal sealed record Measured(Samples Times, double PerSecond, double ProcessorMsEach)
{
    /// <summary>Runs the parts with a pause after each: what is often called is compiled anew once nothing new is called.</summary>
    public static async Task WarmUpAsync(int parts, Action<int> run)
    {
        for (var part = 0; part < parts; part++)
        {
            run(part);
            await Task.Delay(TimeSpan.FromSeconds(2));
        }
    }

    public static Measured Of(Process process, Func<(Samples Times, TimeSpan Took)> run, int requests) =>
        Of(() => ProcessorClock.Of(process), run, requests);

    public static Measured Of(Func<TimeSpan> processor, Func<(Samples Times, TimeSpan Took)> run, int requests)
    {
        var before = processor();
        var (times, took) = run();
        return new(times, requests / took.TotalSeconds, (processor() - before).TotalMilliseconds / requests);
    }
}
