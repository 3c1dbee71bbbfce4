using System.Text.Json;

namespace ControlPlane.Benchmarks;

/// <summary>
/// Two builds of the service side by side, or one on two sizes of fleet: the same claims, or creates, by turns, in many short rounds, so
/// that what the machine does meanwhile meets both. One JSON line with the medians of each and how the second stands to the first.
/// </summary>
internal static class CompareBenchmarks
{
    private const int WarmUpParts = 4;
    private const int Rehearsals = 60_000;
    private const int Clients = 16;

    /// <param name="programs">Two <c>ControlPlane.Api.dll</c>.</param>
    /// <param name="hosts">Simulated hosts of both, or of each.</param>
    /// <param name="rounds">Of each.</param>
    /// <param name="requests">Of a round.</param>
    /// <param name="before">Of both, or of each, before the first round: a thousand hosts hold some 51,000 claims.</param>
    /// <param name="creates">Whether they are creates until they have succeeded, rather than claims.</param>
    public static async Task RunAsync(
        IReadOnlyList<string> programs, IReadOnlyList<int> hosts, IReadOnlyList<int> before, int rounds, int requests, bool creates)
    {
        await using var first = await MeasuredService.StartAsync(localHost: false, program: programs[0]);
        await using var second = await MeasuredService.StartAsync(localHost: false, program: programs[1]);
        MeasuredService[] both = [first, second];
        // By the API: each may keep them in its own way.
        await CreateBenchmarks.RegisterAsync(first, hosts[0], Clients);
        await CreateBenchmarks.RegisterAsync(second, hosts[^1], Clients);
        (Samples, TimeSpan) Run(MeasuredService service, int count, string round) => creates
            ? CreateBenchmarks.Create(service, Clients, count, round) : AllocationBenchmarks.Claim(service, Clients, count);
        await Measured.WarmUpAsync(WarmUpParts, part =>
        {
            foreach (var (service, count) in new[] { (first, before[0]), (second, before[^1]) })
            {
                if (!creates) { AllocationBenchmarks.Rehearse(service, Clients, Rehearsals / WarmUpParts); }
                Run(service, count / WarmUpParts, $"warm{part}");
            }
        });
        var measured = new List<Measured>[] { [], [] };
        for (var round = 0; round < 2 * rounds; round++)
        {
            // By turns, and by turns which of the two comes first.
            var which = round % 2 ^ (round / 2 % 2);
            measured[which].Add(Measured.Of(() => both[which].ProcessorTime, () => Run(both[which], requests, $"vm{round}"), requests));
        }
        var (rates, times) = (measured.Select(all => Median(all, each => each.PerSecond)).ToList(),
            measured.Select(all => Median(all, each => each.ProcessorMsEach)).ToList());
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            benchmark = "compare", of = creates ? "creates" : "claims", hosts, before, rounds, requests,
            perSecond = rates.ConvertAll(rate => Math.Round(rate)), ratio = Math.Round(rates[1] / rates[0], 3),
            processorMsEach = times.ConvertAll(time => Math.Round(time, 4)), processorRatio = Math.Round(times[1] / times[0], 3),
        }));
    }

    private static double Median(List<Measured> rounds, Func<Measured, double> value) => rounds.Select(value).Order().ElementAt(rounds.Count / 2);
}
