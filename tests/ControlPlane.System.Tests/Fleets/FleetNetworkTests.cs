using System.Diagnostics;

namespace ControlPlane.System.Tests.Fleets;

/// <summary>The network of the tests is one: hosts reach each other until they are cut off, and nothing of it stays.</summary>
[Collection(RealGuests.Name)]
public sealed class FleetNetworkTests
{
    private const int Port = 7;

    [SkippableTheory]
    [InlineData(Way.In)]
    [InlineData(Way.Out)]
    [InlineData(Way.Both)]
    public async Task Hosts_reach_each_other_unless_they_are_cut_off(Way way)
    {
        CommandLine.Require();
        await using var network = await FleetNetwork.MakeAsync();
        var (one, two) = (await network.AddHostAsync("one"), await network.AddHostAsync("two"));
        await HeardAsync(one, two, true);
        await HeardAsync(two, one, true);

        await one.CutAsync(way, two.Address);
        await HeardAsync(two, one, way is Way.Out);
        await HeardAsync(one, two, way is Way.In);
        await HeardAsync(one, network.Service, true);
        await one.HealAsync();
        await HeardAsync(one, two, true);
    }

    [SkippableFact]
    public async Task What_a_killed_test_has_left_goes_with_its_processes_and_what_another_needs_stays()
    {
        CommandLine.Require();
        const string left = "controlplane-test-1-1-9-left";
        await CommandLine.RunAsync(null, "ip", "netns", "add", left);
        await using var needed = await NetworkSpace.MakeAsync("needed");
        using var process = Process.Start("ip", ["netns", "exec", left, "sleep", "600"]);

        await NetworkSpace.RemoveStaleAsync();

        var listed = await CommandLine.RunAsync(null, "ip", "netns", "list");
        Assert.DoesNotContain(left, listed, StringComparison.Ordinal);
        Assert.Contains(needed.Name, listed, StringComparison.Ordinal);
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    // Datagrams go one way only, so what is lost on the way back does not matter.
    private static async Task HeardAsync(NetworkHost from, NetworkHost to, bool heard)
    {
        await to.Space.FilterAsync($$"""
            table inet listen
            delete table inet listen
            table inet listen {
              counter datagrams { }
              chain input { type filter hook input priority 0; ip saddr {{from.Address}} udp dport {{Port}} counter name datagrams; }
            }

            """);
        for (var sent = 0; sent < 3; sent++)
        {
            await CommandLine.TryAsync("ip", "netns", "exec", from.Space.Name, "bash", "-c", $"echo > /dev/udp/{to.Address}/{Port}");
        }
        if (heard) { await Eventually.TrueAsync(async () => await CountAsync(to) > 0, TimeSpan.FromSeconds(30), () => $"{to} does not hear {from}"); }
        else { Assert.Equal(0, await CountAsync(to)); }
    }

    private static async Task<int> CountAsync(NetworkHost host)
    {
        var counters = await CommandLine.RunAsync(null, "ip", "netns", "exec", host.Space.Name, "nft", "list", "counters");
        var words = counters.Split((char[])[' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return int.Parse(words[Array.IndexOf(words, "packets") + 1], global::System.Globalization.CultureInfo.InvariantCulture);
    }
}
