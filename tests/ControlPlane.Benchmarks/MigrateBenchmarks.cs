using System.Diagnostics;
using System.Text.Json;

namespace ControlPlane.Benchmarks;

/// <summary>
/// A live move by the service and two agents beside a script that makes the same one by plain QMP, with the same QEMU flags, certificates,
/// capabilities and limits, in turn in one run. Total: from the request, or the script's begin, until the guest runs there and the source's
/// process has ended; it includes the start of the target's process. Downtime: what the guest's console shows.
/// </summary>
/// <param name="busy">Whether the guest changes its memory all the time.</param>
/// <param name="postCopy">By POST_COPY instead of PRE_COPY.</param>
/// <param name="disk">Whether it has a disk, which is copied.</param>
internal sealed class MigrateBenchmarks(bool busy, bool postCopy, bool disk)
{
    private const string Name = "moves";

    public async Task RunAsync(int rounds)
    {
        await using var service = await MeasuredService.ForAgentsAsync();
        await using var one = await MeasuredAgent.StartAsync(service, "one");
        await using var two = await MeasuredAgent.StartAsync(service, "two");
        await ImageAsync(service, "probe.tick_ms=20" + (busy ? " probe.dirty_mib=8" : "") + (disk ? " probe.store=vda" : ""));
        var vm = await VmAsync(service, disk ? 1 : 0);
        var (here, there) = one.Guests().Count == 1 ? (one, two) : (two, one);
        List<TimeSpan> totals = [], gaps = [], plainTotals = [], plainGaps = [];
        List<double> stops = [], plainStops = [];
        for (var round = 0; round <= rounds; round++)
        {
            var source = Guest.Words(here.Guests()[0]);
            var (total, gap, stopped) = await ThroughServiceAsync(service, vm, here, there);
            var target = Guest.Words(there.Guests()[0]);
            await service.SendAsync(HttpMethod.Post, $"/v1/vms/{vm}/pause", null, "wait=60");
            var plain = await PlainAsync(source, target, here.Directory, there.Directory, vm);
            await service.SendAsync(HttpMethod.Post, $"/v1/vms/{vm}/resume", null, "wait=60");
            (here, there) = (there, here);
            // The first of each warms up what both need.
            if (round == 0) { continue; }
            totals.Add(total);
            gaps.Add(gap);
            stops.Add(stopped);
            plainTotals.Add(plain.Total);
            plainGaps.Add(plain.Gap);
            plainStops.Add(plain.Stopped);
        }
        Tell("total", totals, plainTotals, 1.15);
        Tell("downtime on the guest's console", gaps, plainGaps, 1.10);
        // QEMU does not measure it in post-copy.
        if (postCopy) { return; }
        Tell("downtime by QEMU", stops.ConvertAll(TimeSpan.FromMilliseconds), plainStops.ConvertAll(TimeSpan.FromMilliseconds), 1.10);
    }

    private static void Tell(string what, List<TimeSpan> through, List<TimeSpan> plain, double goal)
    {
        var (own, script) = (new Samples(through), new Samples(plain));
        Console.WriteLine($"{what}: by the service {own}; by a script {script}; ratio of medians {own.MedianMs / script.MedianMs:F2} (goal {goal:F2})");
    }

    internal static async Task ImageAsync(MeasuredService service, string words)
    {
        await service.SendAsync(HttpMethod.Post, "/v1/images",
            new { name = "probe", format = "KERNEL", kernelCommandLine = $"quiet {words}".Trim() });
        var folder = Path.Combine(MeasuredService.Root, "deploy", "guest", "out");
        await service.UploadAsync("/v1/images/probe/content", Path.Combine(folder, "vmlinuz"));
        await service.UploadAsync("/v1/images/probe/content/initrd", Path.Combine(folder, "initrd.img"));
    }

    /// <summary>Waits until so many agents have said that they live.</summary>
    internal static async Task ReadyAsync(MeasuredService service, int hosts)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while ((await service.SendAsync(HttpMethod.Get, "/v1/hosts", null)).GetProperty("items").EnumerateArray()
            .Count(host => host.GetProperty("conditions").EnumerateArray().Any(each => each.GetProperty("type").GetString() == "AgentAlive")) < hosts)
        {
            await Task.Delay(100, deadline.Token);
        }
    }

    internal static async Task<string> VmAsync(MeasuredService service, int diskGiB = 0)
    {
        await ReadyAsync(service, hosts: 2);
        return await service.CreateVmAsync(Name, new { vcpus = 1, memoryMiB = 256, diskGiB, image = "probe" });
    }

    private async Task<(TimeSpan Total, TimeSpan Gap, double Stopped)> ThroughServiceAsync(
        MeasuredService service, string vm, MeasuredAgent here, MeasuredAgent there)
    {
        await HeardAsync(Serial(here.Directory, vm));
        using var gap = new TickGap(Serial(here.Directory, vm), Serial(there.Directory, vm));
        var watch = Stopwatch.StartNew();
        var operation = await service.SendAsync(HttpMethod.Post, $"/v1/vms/{vm}/migrate",
            new { host = there.Name, algorithm = postCopy ? "POST_COPY" : "PRE_COPY" }, "wait=120");
        var total = watch.Elapsed;
        if (operation.GetProperty("state").GetString() != "SUCCEEDED") { throw new InvalidOperationException(operation.ToString()); }
        return (total, await gap.MeasuredAsync(), Milliseconds(operation.GetProperty("migration"), "downtimeMs"));
    }

    // Of a script that fails nothing is left: it holds the hosts' keys.
    private async Task<(TimeSpan Total, TimeSpan Gap, double Stopped)> PlainAsync(
        string[] source, string[] target, string here, string there, string vm)
    {
        var root = Directory.CreateTempSubdirectory("controlplane-plain-").FullName;
        List<Process> started = [];
        try
        {
            return await PlainAsync(root, started, source, target, here, there, vm);
        }
        finally
        {
            foreach (var process in started)
            {
                if (!process.HasExited) { process.Kill(); }
                await process.WaitForExitAsync();
                process.Dispose();
            }
            Directory.Delete(root, recursive: true);
        }
    }

    private async Task<(TimeSpan Total, TimeSpan Gap, double Stopped)> PlainAsync(
        string root, List<Process> started, string[] source, string[] target, string here, string there, string vm)
    {
        var (from, to) = (Path.Combine(root, "from"), Path.Combine(root, "to"));
        var peer = Identity(here, Path.Combine(from, "tls"), "client");
        var name = Identity(there, Path.Combine(to, "tls"), "server");
        // What came by a move was begun to wait for it; here it boots.
        var at = Array.IndexOf(source, "-incoming");
        var flags = at < 0 ? source : [.. source[..at], .. source[(at + 2)..]];
        if (disk) { await Task.WhenAll(DiskAsync(from), DiskAsync(to)); }
        var first = Start(flags, Path.Combine(here, "vms", vm), Path.Combine(there, "vms", vm), from);
        started.Add(first);
        using var qmp = await QmpScript.OpenAsync(Path.Combine(from, "qmp"));
        await qmp.DoAsync("cont");
        await HeardAsync(Serial(from));
        await Task.Delay(TimeSpan.FromSeconds(3));

        using var gap = new TickGap(Serial(from), Serial(to));
        var watch = Stopwatch.StartNew();
        started.Add(Start(target, Path.Combine(there, "vms", vm), Path.Combine(here, "vms", vm), to));
        using var other = await QmpScript.OpenAsync(Path.Combine(to, "qmp"));
        await other.DoAsync("object-add", Credentials("server"));
        await other.DoAsync("object-add", new Dictionary<string, object> { ["qom-type"] = "authz-simple", ["id"] = "peer", ["identity"] = $"CN={peer}" });
        await qmp.DoAsync("object-add", Credentials("client"));
        if (disk) { await SendDiskAsync(qmp, other, name, MeasuredService.FreePort()); }
        var address = $"127.0.0.1:{MeasuredService.FreePort()}";
        await ListenAsync(other, address);
        var going = GoOnAsync(other);
        await SendAsync(qmp, name, address);
        await going;
        var stopped = Milliseconds(await qmp.DoAsync("query-migrate"), "downtime");
        await qmp.DoAsync("quit");
        await first.WaitForExitAsync();
        var total = watch.Elapsed;
        return (total, await gap.MeasuredAsync(), stopped);
    }

    // What the disk holds goes first, and from then on each write goes to both.
    private static async Task SendDiskAsync(QmpScript qmp, QmpScript other, string name, int port)
    {
        await other.DoAsync("nbd-server-start", new Dictionary<string, object>
        {
            ["addr"] = new { type = "inet", data = new { host = "127.0.0.1", port = $"{port}" } }, ["tls-creds"] = "tls", ["tls-authz"] = "peer",
        });
        await other.DoAsync("block-export-add", new Dictionary<string, object>
        {
            ["type"] = "nbd", ["id"] = "disk", ["node-name"] = "disk", ["name"] = "disk", ["writable"] = true,
        });
        await qmp.DoAsync("blockdev-add", new Dictionary<string, object>
        {
            ["driver"] = "nbd", ["node-name"] = "there", ["server"] = new { type = "inet", host = "127.0.0.1", port = $"{port}" },
            ["export"] = "disk", ["tls-creds"] = "tls", ["tls-hostname"] = $"{name}.hosts.controlplane.internal",
        });
        await qmp.DoAsync("blockdev-mirror", new Dictionary<string, object>
        {
            ["job-id"] = "mirror", ["device"] = "disk", ["target"] = "there", ["sync"] = "top", ["copy-mode"] = "write-blocking",
            ["auto-dismiss"] = false,
        });
        await JobAsync(qmp, "ready");
    }

    private static Task JobAsync(QmpScript qmp, string status) => qmp.ToldAsync("JOB_STATUS_CHANGE",
        data => data.GetProperty("id").GetString() == "mirror" && data.GetProperty("status").GetString() == status);

    // At once, whatever the source still does.
    private async Task GoOnAsync(QmpScript target)
    {
        await target.StatusAsync(postCopy ? "postcopy-active" : "completed");
        if (disk) { await target.DoAsync("nbd-server-stop"); }
        await target.DoAsync("cont");
    }

    private async Task ListenAsync(QmpScript qmp, string address)
    {
        await qmp.DoAsync("migrate-set-capabilities", Capabilities("late-block-activate"));
        await qmp.DoAsync("migrate-set-parameters", new Dictionary<string, object> { ["tls-creds"] = "tls", ["tls-authz"] = "peer" });
        await qmp.DoAsync("migrate-incoming", new { uri = $"tcp:{address}" });
    }

    private async Task SendAsync(QmpScript qmp, string name, string address)
    {
        await qmp.DoAsync("migrate-set-capabilities", Capabilities("pause-before-switchover"));
        await qmp.DoAsync("migrate-set-parameters", new Dictionary<string, object>
        {
            ["max-bandwidth"] = 1L << 40, ["downtime-limit"] = 300, ["tls-creds"] = "tls", ["tls-hostname"] = $"{name}.hosts.controlplane.internal",
        });
        await qmp.DoAsync("migrate", new { uri = $"tcp:{address}" });
        if (postCopy)
        {
            await qmp.StatusAsync("active");
            await qmp.DoAsync("migrate-start-postcopy");
        }
        await qmp.StatusAsync("pre-switchover");
        if (disk)
        {
            await qmp.DoAsync("block-job-cancel", new { device = "mirror", force = false });
            await JobAsync(qmp, "concluded");
        }
        await qmp.DoAsync("migrate-continue", new { state = "pre-switchover" });
        await qmp.StatusAsync("completed");
    }

    private static Dictionary<string, object> Credentials(string role) => new()
    {
        ["qom-type"] = "tls-creds-x509", ["id"] = "tls", ["dir"] = "tls", ["endpoint"] = role, ["verify-peer"] = true, ["sanity-check"] = false,
    };

    private object Capabilities(string own)
    {
        string[] names = ["events", "return-path", own, .. postCopy ? ["postcopy-ram"] : Array.Empty<string>()];
        return new { capabilities = names.Select(capability => new { capability, state = true }) };
    }

    // The host's own certificate, as QEMU reads it; gives the host's id.
    private static string Identity(string agent, string folder, string role)
    {
        Directory.CreateDirectory(folder);
        var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(agent, "host.json"))).RootElement;
        File.WriteAllText(Path.Combine(folder, "ca-cert.pem"), host.GetProperty("authority").GetString());
        File.WriteAllText(Path.Combine(folder, $"{role}-cert.pem"), host.GetProperty("certificate").GetString());
        File.WriteAllText(Path.Combine(folder, $"{role}-key.pem"), host.GetProperty("privateKey").GetString());
        return host.GetProperty("hostId").GetString()!;
    }

    private static double Milliseconds(JsonElement said, string name) =>
        said.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0;

    private static async Task DiskAsync(string folder)
    {
        var start = new ProcessStartInfo("qemu-img") { WorkingDirectory = folder, RedirectStandardOutput = true };
        foreach (var word in new[] { "create", "-q", "-f", "qcow2", "disk.qcow2", "1G" }) { start.ArgumentList.Add(word); }
        using var made = Process.Start(start)!;
        await made.WaitForExitAsync();
    }

    private static Process Start(string[] flags, string directory, string other, string own)
    {
        var start = new ProcessStartInfo(flags[0]) { WorkingDirectory = own };
        foreach (var flag in flags[1..]) { start.ArgumentList.Add(flag.Replace(directory, own).Replace(other, own)); }
        return Process.Start(start)!;
    }

    private static async Task HeardAsync(string file)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!File.Exists(file)) { await Task.Delay(10, deadline.Token); }
        for (var length = new FileInfo(file).Length; new FileInfo(file).Length <= length + 2_000;) { await Task.Delay(10, deadline.Token); }
    }

    private static string Serial(string agent, string vm) => Path.Combine(agent, "vms", vm, "serial.log");

    private static string Serial(string directory) => Path.Combine(directory, "serial.log");
}
