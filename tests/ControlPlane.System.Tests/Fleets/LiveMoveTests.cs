using System.Globalization;
using System.Text.Json;
using Xunit.Abstractions;

namespace ControlPlane.System.Tests.Fleets;

/// <summary>
/// Guests that move between hosts while they count, and lose nothing. By default busy ones of each size and storage; all combinations with
/// CONTROLPLANE_FLEET=full.
/// </summary>
[Collection(RealGuests.Name)]
public sealed class LiveMoveTests(StandingFleet standing, ITestOutputHelper output) : IClassFixture<StandingFleet>
{
    private const int PagesPerMiB = 256;
    private const int StoredBlocks = 16;

    private static readonly string[] live = ["PRE_COPY", "POST_COPY", "HYBRID"];

    public static TheoryData<string, int, string> Guests() => Environment.GetEnvironmentVariable("CONTROLPLANE_FLEET") == "full"
        ? new()
        {
            { "probe", 256, "copied" }, { "probe", 256, "shared" }, { "probe", 1024, "copied" }, { "probe", 1024, "shared" },
            { "busy", 256, "copied" }, { "busy", 256, "shared" }, { "busy", 1024, "copied" }, { "busy", 1024, "shared" },
        }
        : new() { { "busy", 256, "copied" }, { "busy", 1024, "shared" } };

    [SkippableTheory]
    [MemberData(nameof(Guests))]
    public async Task A_guest_moves_by_every_algorithm_and_counts_on(string image, int memoryMiB, string disk)
    {
        var fleet = await standing.GetAsync();
        var (at, other) = disk == "copied" ? ("alpha", "beta") : ("shared-1", "shared-2");
        var vm = await fleet.CreateAsync($"{image}-{memoryMiB}-{disk}", at, image, memoryMiB);
        foreach (var algorithm in live)
        {
            await MoveAsync(fleet, vm, algorithm, at, other);
            (at, other) = (other, at);
        }
        await IsWholeAsync(fleet, vm, at);

        await DoAsync(fleet, vm, "COLD", other);
        await fleet.CountsAsync(vm, other);
        Assert.Equal(other, Assert.Single(fleet.Guests(vm)).Host.Name);
        fleet.RanOnce(vm);
        await fleet.DeleteAsync(vm);
    }

    private async Task MoveAsync(Fleet fleet, string vm, string algorithm, string from, string to)
    {
        var operation = await DoAsync(fleet, vm, algorithm, to);
        var first = await fleet.CountsAsync(vm, to);
        Assert.Equal(to, Assert.Single(fleet.Guests(vm)).Host.Name);
        Assert.Empty(fleet[from].VmFolders());
        fleet.RanOnce(vm);
        output.WriteLine(Measured(fleet, vm, algorithm, operation, first, to));
    }

    private static async Task<JsonElement> DoAsync(Fleet fleet, string vm, string algorithm, string to)
    {
        var operation = await fleet.EndOfAsync(await fleet.BeginMoveAsync(vm, new { algorithm, host = to }));
        Assert.True(operation.GetProperty("state").GetString() == "SUCCEEDED", $"{algorithm}: {operation}\n{fleet.Told()}");
        return operation;
    }

    // Every page and every block that the guest keeps is looked at once more after the last move.
    private static async Task IsWholeAsync(Fleet fleet, string vm, string host)
    {
        var memory = await fleet.Clock.NextAsync(vm, line => Is(line, "probe-memory"), TimeSpan.FromSeconds(120), fleet.Told);
        var store = await fleet.Clock.NextAsync(vm, line => Is(line, "probe-store"), TimeSpan.FromSeconds(120), fleet.Told);
        var pages = Number(memory, "checks") + (Number(memory, "mib") * PagesPerMiB);
        await fleet.Clock.NextAsync(vm, line => Is(line, "probe-memory") && Number(line, "checks") >= pages, TimeSpan.FromSeconds(120), fleet.Told);
        await fleet.Clock.NextAsync(vm, line => Is(line, "probe-store") && Number(line, "checks") >= Number(store, "checks") + StoredBlocks,
            TimeSpan.FromSeconds(120), fleet.Told);
        fleet.RanOnce(vm);

        bool Is(ConsoleLine line, string what) => line.Host == host && line.Text.StartsWith(what, StringComparison.Ordinal);
    }

    // The guest's own clock does not see what it stood still; the clock of these tests does.
    private static string Measured(Fleet fleet, string vm, string algorithm, JsonElement operation, ConsoleLine first, string to)
    {
        var counted = fleet.Clock.Lines(vm).Where(line => line.Counter is not null && line.Boot == first.Boot).ToList();
        var after = counted.First(line => line.Host == to && line.Counter > counted.Where(each => each.Host != to).Max(each => each.Counter));
        var before = counted.Last(line => line.Counter < after.Counter);
        var migration = operation.GetProperty("migration");
        return string.Create(CultureInfo.InvariantCulture,
            $"measured: {algorithm} downtime {migration.GetProperty("downtimeMs")} ms by QEMU, {after.GuestMilliseconds - before.GuestMilliseconds} ms on "
            + $"the guest's clock, {(after.NotAfter - before.NotAfter).TotalMilliseconds:F0} ms on one clock, of {migration.GetProperty("totalMs")} ms");
    }

    private static long Number(ConsoleLine line, string key) => long.Parse(line.Value(key)!, CultureInfo.InvariantCulture);
}
