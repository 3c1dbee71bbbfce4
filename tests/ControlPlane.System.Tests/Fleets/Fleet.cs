using System.Text.Json;

namespace ControlPlane.System.Tests.Fleets;

/// <summary>
/// The service and hosts on one machine, each in a network namespace, with real agents, real QEMU and real TLS between them. Made once for
/// a class of tests; a test that has passed leaves it without VMs.
/// </summary>
public sealed class Fleet : IAsyncDisposable
{
    private const int DoorPort = 5443;

    // A guest that says what it can often enough to tell who ran when, and keeps memory and disk moving.
    private const string Watched = "quiet probe.tick_ms=50 probe.store=vda probe.dirty_mib=8";

    private const string Storage = "shared";

    private readonly FleetNetwork network;
    private readonly List<FleetHost> hosts = [];
    private readonly DirectoryInfo disks = Directory.CreateTempSubdirectory("controlplane-disks-");

    private Fleet(FleetNetwork network, ServiceProcess service) => (this.network, Service) = (network, service);

    public ServiceProcess Service { get; }

    public OneClock Clock { get; } = new();

    public IReadOnlyList<FleetHost> Hosts => hosts;

    public NetworkHost ServiceNetwork => network.Service;

    private Uri Door => new($"https://{network.Service.Address}:{DoorPort}");

    public FleetHost this[string name] => hosts.Single(host => host.Name == name);

    /// <summary>Skips, with the reason, where such a fleet cannot be.</summary>
    public static void Require()
    {
        RealGuests.Require();
        CommandLine.Require();
    }

    /// <summary>A fleet whose hosts have joined and whose images are there. Hosts named <c>shared-…</c> keep disks in one place.</summary>
    public static async Task<Fleet> StartAsync(IReadOnlyList<string> names, params (string Key, string Value)[] settings)
    {
        var network = await FleetNetwork.MakeAsync();
        var service = await ServiceProcess.StartInAsync(network.Service.Space,
        [
            ("ControlPlane__LocalHost__Enabled", "false"),
            ("ControlPlane__AgentEndpoint__Url", $"https://{network.Service.Address}:{DoorPort}"),
            ("ControlPlane__AgentEndpoint__HeartbeatSeconds", "1"),
            ("ControlPlane__Operations__PrepareTimeoutSeconds", "60"),
            ("ControlPlane__Operations__StartTimeoutSeconds", "60"),
            ("ControlPlane__Operations__RemoveTimeoutSeconds", "30"),
            .. settings,
        ]);
        var fleet = new Fleet(network, service);
        // Joining proves the engines, which is work for one processor: all at once, none too slow for its limit.
        fleet.hosts.AddRange(await Task.WhenAll(names.Select(fleet.JoinAsync)));
        foreach (var host in fleet.hosts) { host.Agent.Run(); }
        await RealGuests.UploadKernelAsync(service, "probe", Watched);
        await RealGuests.UploadKernelAsync(service, "busy", "quiet probe.tick_ms=50 probe.store=vda probe.dirty_mib=24 probe.memory_mib=192");
        return fleet;
    }

    /// <summary>A VM on that host, whose guest counts; gives its id. Follows its console on all hosts.</summary>
    public async Task<string> CreateAsync(string name, string host, string image = "probe", int memoryMiB = 256, object? more = null)
    {
        foreach (var other in hosts.Where(other => other.Name != host)) { await CordonAsync(other, "cordon"); }
        var spec = JsonSerializer.SerializeToNode(new { vcpus = 1, memoryMiB, diskGiB = 1, image })!.AsObject();
        foreach (var (key, value) in JsonSerializer.SerializeToNode(more ?? new { })!.AsObject().ToList()) { spec[key] = value?.DeepClone(); }
        var operation = await Service.DoAsync(HttpMethod.Post, "/v1/vms", new { name, spec });
        foreach (var other in hosts.Where(other => other.Name != host)) { await CordonAsync(other, "uncordon"); }
        var vm = Follow(operation);
        await CountsAsync(vm, host);
        return vm;
    }

    /// <summary>Follows the console of a VM on all hosts, given the operation that creates it; gives the VM's id.</summary>
    public string Follow(JsonElement creation)
    {
        var vm = creation.GetProperty("target").GetString()!["vms/".Length..];
        foreach (var host in hosts) { Clock.Add(host.Agent, vm); }
        return vm;
    }

    /// <summary>Waits until the guest counts on that host, from now on, and gives the line.</summary>
    public Task<ConsoleLine> CountsAsync(string vm, string host) =>
        Clock.NextAsync(vm, line => line.Host == host && line.Counter > 0, TimeSpan.FromSeconds(120), Told);

    /// <summary>Every QEMU process of a VM, wherever it is.</summary>
    public IReadOnlyList<(FleetHost Host, GuestProcess Process)> Guests(string vm) =>
        hosts.Select(host => (host, host.Guest(vm)!)).Where(found => found.Item2 is not null).ToList();

    /// <summary>What the service says of a VM.</summary>
    public async Task<JsonElement> StatusAsync(string vm) => (await Service.GetAsync($"/v1/vms/{vm}")).GetProperty("status");

    public Task StateAsync(string vm, string state, int seconds = 60) => Eventually.TrueAsync(
        async () => (await StatusAsync(vm)).GetProperty("state").GetString() == state, TimeSpan.FromSeconds(seconds), Told);

    /// <summary>The VM's guest has never run twice and has lost nothing.</summary>
    public void RanOnce(string vm)
    {
        var breaches = SingleLife.Breaches(Clock.Lines(vm));
        Assert.True(breaches.Count == 0, $"{string.Join('\n', breaches.Take(10))}\n{Told()}");
    }

    /// <summary>Deletes the VM; nothing of it is left anywhere, in the store or on a host.</summary>
    public async Task DeleteAsync(string vm)
    {
        await Service.DoAsync(HttpMethod.Delete, $"/v1/vms/{vm}");
        await NothingLeftAsync();
    }

    /// <summary>No VM has left anything, in the store or on a host.</summary>
    public async Task NothingLeftAsync()
    {
        await Eventually.TrueAsync(() => hosts.TrueForAll(host => host.Agent.Guests().Count == 0 && host.VmFolders().Count == 0),
            TimeSpan.FromSeconds(60), () => $"left: {string.Join(' ', hosts.SelectMany(host => host.VmFolders()))}\n{Told()}");
        var report = (await Service.GetAsync("/v1/reports/model")).GetProperty("r");
        Assert.True(report.GetProperty("consistent").GetBoolean(), report.ToString());
        foreach (var host in (await Service.GetAsync("/v1/hosts")).GetProperty("items").EnumerateArray())
        {
            var used = host.GetProperty("capacity").EnumerateObject().Select(entry => entry.Value.GetProperty("used").GetInt64());
            Assert.All(used, amount => Assert.Equal(0, amount));
        }
    }

    /// <summary>Begins a move and gives the operation's id.</summary>
    public async Task<string> BeginMoveAsync(string vm, object terms) =>
        (await Service.AskAsync(202, HttpMethod.Post, $"/v1/vms/{vm}/migrate", terms)).GetProperty("id").GetString()!;

    /// <summary>Waits for an operation's end, whatever it is, and gives the operation.</summary>
    public async Task<JsonElement> EndOfAsync(string operation, int seconds = 120)
    {
        JsonElement seen = default;
        await Eventually.TrueAsync(async () => (seen = await Service.GetAsync($"/v1/operations/{operation}")).GetProperty("done").GetBoolean(),
            TimeSpan.FromSeconds(seconds), () => $"{seen}\n{Told()}");
        return seen;
    }

    /// <summary>What everybody has said, for a test that fails.</summary>
    public string Told() => string.Join('\n',
        hosts.Select(host => $"=== {host.Name}\n{Last(host.Agent.Output)}").Append($"=== service\n{Last(Service.Output)}"));

    public async ValueTask DisposeAsync()
    {
        await Clock.DisposeAsync();
        foreach (var host in hosts) { await host.Agent.DisposeAsync(); }
        await Service.DisposeAsync();
        await network.DisposeAsync();
        disks.Delete(recursive: true);
    }

    private async Task<FleetHost> JoinAsync(string name)
    {
        var machine = await network.AddHostAsync(name);
        (string, string)[] storage = !name.StartsWith(Storage, StringComparison.Ordinal) ? [] :
        [
            ("ControlPlane__Agent__SharedDisksDirectory", disks.FullName), ("ControlPlane__Agent__SharedDisksName", Storage),
        ];
        var agent = await AgentProcess.JoinAsync(Service, Door, name, machine.Space,
            [("ControlPlane__Agent__MoveAddress", machine.Address.ToString()),
            ("ControlPlane__Agent__HardwareProofTimeoutSeconds", "1"),
            ("ControlPlane__Agent__LinkRetryMaxMilliseconds", "1000"),
            ("ControlPlane__Agent__StrayCheckSeconds", "1"), .. storage]);
        return new(agent, machine);
    }

    private Task CordonAsync(FleetHost host, string verb) => Service.AskAsync(200, HttpMethod.Post, $"/v1/hosts/{host.Name}/{verb}");

    private static string Last(string text) => text.Length <= 6_000 ? text : text[^6_000..];
}
