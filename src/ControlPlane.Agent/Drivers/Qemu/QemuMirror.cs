using System.Text.Json;
using System.Text.Json.Nodes;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>One disk's way to the target's export, as a job of the source's QEMU. Every call finds out what is there already.</summary>
/// <param name="open">The source's QEMU.</param>
/// <param name="name">Of the node here and of the export there.</param>
/// <param name="options">Limits.</param>
/// <param name="time">The clock.</param>
internal sealed class QemuMirror(QemuMonitor open, string name, AgentOptions options, TimeProvider time)
{
    private static readonly TimeSpan look = TimeSpan.FromMilliseconds(10);

    private readonly string job = $"move-{name}";
    private readonly string node = $"move-{name}-target";

    /// <summary>Begins it. Only what the disk holds above its image goes: the target has the image.</summary>
    public async Task BeginAsync(string address, QemuTls? tls, long bytesPerSecond, CancellationToken ct)
    {
        if (await LookAsync(ct) is not null)
        {
            return;
        }

        await DropNodeAsync(ct);
        var there = MoveAddress.Parse(address);
        await there.ProbeAsync(TimeSpan.FromSeconds(options.MoveConnectTimeoutSeconds), time, ct);
        await open.ExecuteAsync("blockdev-add", Client(there, tls), ct);
        await open.ExecuteAsync("blockdev-mirror", new JsonObject
        {
            ["job-id"] = job, ["device"] = name, ["target"] = node, ["sync"] = "top", ["copy-mode"] = "write-blocking",
            ["speed"] = bytesPerSecond, ["auto-dismiss"] = false,
        }, ct);
    }

    /// <summary>How far it is; null when there is none. Throws reason <c>DiskNotSent</c> when it has failed.</summary>
    public async Task<MirrorJob?> LookAsync(CancellationToken ct)
    {
        var jobs = await open.AskAsync("query-jobs", null, ct);
        foreach (var found in jobs.EnumerateArray().Where(found => found.GetProperty("id").GetString() == job))
        {
            return new(
                found.GetProperty("status").GetString()!, found.GetProperty("current-progress").GetInt64(),
                found.GetProperty("total-progress").GetInt64(), found.TryGetProperty("error", out var words) ? words.GetString() : null);
        }

        return null;
    }

    /// <summary>Ends it with both disks the same: what the guest writes from then on goes here alone.</summary>
    public async Task FinishAsync(CancellationToken ct)
    {
        var found = await NeededAsync(ct);
        if (found.IsReady)
        {
            await CancelAsync(force: false, ct);
        }

        await WaitAsync(async () => (found = await NeededAsync(ct)).IsOver, ct);
    }

    /// <summary>How far it is; throws reason <c>DiskNotSent</c> when it is not there or has failed.</summary>
    public async Task<MirrorJob> NeededAsync(CancellationToken ct) => await LookAsync(ct) switch
    {
        null => throw new VmDriverException("DiskNotSent", "The disk is not being sent any more."),
        { Error: { } words } => throw new VmDriverException("DiskNotSent", $"The disk could not be sent: {words}"),
        var found => found,
    };

    /// <summary>Leaves the target's export, whether it had ended or not.</summary>
    public async Task DropAsync(CancellationToken ct)
    {
        if (await LookAsync(ct) is { } found)
        {
            if (!found.IsOver)
            {
                await CancelAsync(force: true, ct);
                await WaitAsync(async () => await LookAsync(ct) is null or { IsOver: true }, ct);
            }

            await open.TryAsync("job-dismiss", new JsonObject { ["id"] = job }, ct);
        }

        await DropNodeAsync(ct);
    }

    private Task CancelAsync(bool force, CancellationToken ct) =>
        open.TryAsync("block-job-cancel", new JsonObject { ["device"] = job, ["force"] = force }, ct);

    // The job lets go of the node a moment after it has ended.
    private Task DropNodeAsync(CancellationToken ct) => WaitAsync(async () =>
        !await IsNodeThereAsync(ct) || await open.TryAsync("blockdev-del", new JsonObject { ["node-name"] = node }, ct), ct);

    private async Task<bool> IsNodeThereAsync(CancellationToken ct) =>
        (await open.AskAsync("query-named-block-nodes", new JsonObject { ["flat"] = true }, ct)).EnumerateArray()
            .Any(found => found.TryGetProperty("node-name", out var called) && called.GetString() == node);

    private async Task WaitAsync(Func<Task<bool>> holds, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        for (var changed = open.Changed; !await holds(); changed = open.Changed)
        {
            if (time.GetElapsedTime(start) > TimeSpan.FromSeconds(options.MoveSettleSeconds))
            {
                throw new VmDriverException("DiskNotSent", $"The disk's way to the target did not end in {options.MoveSettleSeconds} s.");
            }

            await QemuMonitor.WaitAsync(changed, look, time, ct);
        }
    }

    private JsonObject Client(MoveAddress there, QemuTls? tls)
    {
        var server = new JsonObject
        {
            ["type"] = "inet", ["host"] = there.Host, ["port"] = there.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        var client = new JsonObject { ["driver"] = "nbd", ["node-name"] = node, ["server"] = server, ["export"] = name };
        if (tls is not null)
        {
            client["tls-creds"] = QemuTls.Certificates;
            client["tls-hostname"] = tls.PeerName;
        }

        return client;
    }
}
