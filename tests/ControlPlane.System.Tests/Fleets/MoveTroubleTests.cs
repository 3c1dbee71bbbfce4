using System.Globalization;
using System.Text.Json;
using Xunit.Abstractions;

namespace ControlPlane.System.Tests.Fleets;

/// <summary>
/// Whatever happens while a VM moves, it runs in one place in the end, or is told not to run; never in two; its claim is where it is; and
/// nothing of it lies elsewhere. A sample by default, chosen by a seed that changes with the day; every trouble in every phase with
/// CONTROLPLANE_FLEET=full.
/// </summary>
[Collection(RealGuests.Name)]
public sealed class MoveTroubleTests(StandingFleet standing, ITestOutputHelper output) : IClassFixture<StandingFleet>
{
    private const int Sample = 6;

    private static readonly string[] phases = ["prepare", "transfer", TroubledMove.Sending, "switch", "remove"];

    private static readonly int seed = int.TryParse(Environment.GetEnvironmentVariable("CONTROLPLANE_SEED"), CultureInfo.InvariantCulture, out var set)
        ? set : (int)(TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalDays;

    /// <summary>Of each phase as many, and no trouble twice, as far as that goes.</summary>
    public static TheoryData<MoveTrouble, string> Cases()
    {
        var troubles = Enum.GetValues<MoveTrouble>();
        var data = new TheoryData<MoveTrouble, string>();
        if (Environment.GetEnvironmentVariable("CONTROLPLANE_FLEET") == "full")
        {
            foreach (var phase in phases) { foreach (var trouble in troubles) { data.Add(trouble, phase); } }
            return data;
        }
        var random = new Random(seed);
        random.Shuffle(troubles);
        for (var i = 0; i < Sample; i++) { data.Add(troubles[i], phases[i % phases.Length]); }
        return data;
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_vm_whose_move_meets_trouble_is_in_one_place_or_none(MoveTrouble trouble, string phase)
    {
        var fleet = await standing.GetAsync();
        var vm = await fleet.CreateAsync($"{trouble}-{phase}".ToLowerInvariant(), "alpha");
        var move = new TroubledMove(fleet, vm, fleet["alpha"], fleet["beta"]);
        var operation = await move.RunAsync(trouble, phase);
        output.WriteLine($"measured: {trouble} met a move in {move.Met ?? "its end"}, which ended {operation.GetProperty("state")} (CONTROLPLANE_SEED={seed})");

        await SettledAsync(fleet, vm);
        fleet.RanOnce(vm);
        await fleet.DeleteAsync(vm);
    }

    private static async Task SettledAsync(Fleet fleet, string vm)
    {
        var found = "";
        await Eventually.TrueAsync(async () => (found = await UnsettledAsync(fleet, vm)).Length == 0, TimeSpan.FromSeconds(120),
            () => $"{found}\n{fleet.Told()}");
        if (fleet.Guests(vm) is [var (host, _)]) { await fleet.CountsAsync(vm, host.Name); }
        var model = (await fleet.Service.GetAsync("/v1/reports/model")).GetProperty("r");
        Assert.True(model.GetProperty("consistent").GetBoolean(), model.ToString());
    }

    // Empty when what is on the hosts is what the service says, and no room is held but the VM's own.
    private static async Task<string> UnsettledAsync(Fleet fleet, string vm)
    {
        var status = await fleet.StatusAsync(vm);
        var (state, at) = (status.GetProperty("state").GetString()!, status.GetProperty("host").GetString());
        var running = fleet.Guests(vm).Select(guest => guest.Host.Name).ToList();
        var kept = fleet.Hosts.Where(host => host.VmFolders().Count > 0).Select(host => host.Name).ToList();
        var hosts = (await fleet.Service.GetAsync("/v1/hosts")).GetProperty("items").EnumerateArray().ToList();
        var held = hosts.Where(host => Used(host) > 0).Select(Name).ToList();
        var home = hosts.Where(host => host.GetProperty("id").GetString() == at || Name(host) == at).Select(Name).ToList();
        var right = home.Count == 1 && held.SequenceEqual(home) && kept.SequenceEqual(home)
            && (state == "RUNNING" ? running.SequenceEqual(home) : state is "STOPPED" or "FAILED" && running.Count == 0);
        return right ? "" : $"{vm} is {state} at {string.Join(' ', home)}; processes at {string.Join(' ', running)}, files at "
            + $"{string.Join(' ', kept)}, room at {string.Join(' ', held)}";
    }

    private static string Name(JsonElement host) => host.GetProperty("name").GetString()!;

    private static long Used(JsonElement host) => host.GetProperty("capacity").GetProperty("vcpu").GetProperty("used").GetInt64();
}
