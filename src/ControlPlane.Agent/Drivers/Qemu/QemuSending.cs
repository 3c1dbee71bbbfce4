using System.Text.Json.Nodes;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>The source's end of a live move, in its QEMU. Every call finds out what is there already.</summary>
/// <param name="open">The QEMU whose guest goes.</param>
/// <param name="move">The move.</param>
/// <param name="tls">How it is protected; null when it is not.</param>
/// <param name="disk">The disk's way; null when no disk goes.</param>
/// <param name="options">Limits.</param>
/// <param name="time">The clock.</param>
internal sealed class QemuSending(
    QemuMonitor open, VmMove move, QemuTls? tls, QemuMirror? disk, AgentOptions options, TimeProvider time)
{
    private const long BytesPerMiB = 1L << 20;
    private const long NoLimit = 1L << 40;
    private const int MaxLooksForFigures = 20;
    private const int LeastDowntimeLimitMs = 10;

    private static readonly TimeSpan lookForFigures = TimeSpan.FromMilliseconds(10);

    private readonly TimeSpan pace = TimeSpan.FromMilliseconds(options.MoveProgressMilliseconds);
    private MoveProgress last = new() { Phase = MovePhase.None };
    private long lastTold;
    private int downtimeLimit;

    /// <summary>Connections for memory. Post-copy has one: pages are asked for by name.</summary>
    public static int ChannelsOf(VmMove move) => move.Algorithm == MoveAlgorithm.PreCopy ? Math.Max(1, move.Channels) : 1;

    /// <summary>The arguments that switch capabilities.</summary>
    public static JsonObject Capabilities(IReadOnlyDictionary<string, bool> states) => new()
    {
        ["capabilities"] = new JsonArray(
            [.. states.Select(state => (JsonNode)new JsonObject { ["capability"] = state.Key, ["state"] = state.Value })]),
    };

    /// <summary>Makes the target's disk the same and keeps it so; returns when it is.</summary>
    public async Task SendDiskAsync(Action<MoveProgress> progress, CancellationToken ct)
    {
        if (disk is null)
        {
            return;
        }

        await disk.BeginAsync(move.DiskAddress ?? throw NoAddress("disk"), tls, SpeedOf(move, noLimit: 0), ct);
        while (true)
        {
            var changed = open.Changed;
            var job = await disk.NeededAsync(ct);
            Tell(progress, last with { Phase = MovePhase.Disk, DiskBytes = job.Bytes, DiskBytesTotal = job.BytesTotal });
            if (job.IsReady || job.IsOver)
            {
                return;
            }

            await WaitAsync(changed, ct);
        }
    }

    /// <summary>Has QEMU send memory and devices; returns when it has begun.</summary>
    public async Task BeginMemoryAsync(CancellationToken ct)
    {
        var channels = ChannelsOf(move);
        var capabilities = new Dictionary<string, bool>
        {
            ["events"] = true, ["return-path"] = true, ["pause-before-switchover"] = true, ["auto-converge"] = move.AutoConverge,
            ["multifd"] = channels > 1, ["postcopy-ram"] = move.Algorithm is MoveAlgorithm.PostCopy or MoveAlgorithm.Hybrid,
        };
        var parameters = new JsonObject
        {
            ["max-bandwidth"] = SpeedOf(move, NoLimit), ["max-postcopy-bandwidth"] = SpeedOf(move, noLimit: 0),
            ["downtime-limit"] = downtimeLimit = DowntimeLimit(passes: 1), ["tls-creds"] = tls is null ? "" : QemuTls.Certificates,
            ["tls-hostname"] = tls?.PeerName ?? "",
        };
        if (channels > 1)
        {
            parameters["multifd-channels"] = channels;
        }

        await open.ExecuteAsync("migrate-set-capabilities", Capabilities(capabilities), ct);
        await open.ExecuteAsync("migrate-set-parameters", parameters, ct);
        await open.ExecuteAsync("migrate", new JsonObject { ["uri"] = $"tcp:{move.MemoryAddress ?? throw NoAddress("memory")}" }, ct);
    }

    /// <summary>Follows it to where the guest stands still and the target has all it needs to go on.</summary>
    /// <param name="progress">Is told.</param>
    /// <param name="beforePostCopy">Done before the guest can no longer be called back.</param>
    /// <param name="ct">Ends the watching.</param>
    public async Task FollowMemoryAsync(Action<MoveProgress> progress, Func<Task> beforePostCopy, CancellationToken ct)
    {
        var postCopyAsked = false;
        QemuMigration seen;
        while (true)
        {
            var changed = open.Changed;
            seen = await QemuMigration.LookAsync(open, ct);
            if ((seen.IsCompleted || seen.IsPostCopy) && await open.StatusAsync(ct) == GuestStatus.Sent)
            {
                break;
            }

            await RefuseEndedAsync(seen, ct);
            if (seen.Status == "pre-switchover")
            {
                await SwitchOverAsync(ct);
            }
            else if (seen.Status == "active" && !postCopyAsked && IsTimeForPostCopy(seen))
            {
                await beforePostCopy();
                await open.ExecuteAsync("migrate-start-postcopy", ct);
                postCopyAsked = true;
            }
            else if (!StandsStill(seen.Status))
            {
                await RaiseDowntimeLimitAsync(seen, ct);
                Tell(progress, seen.AddTo(last with { Phase = MovePhase.Memory }));
            }

            await WaitForMoreAsync(changed, ct);
        }

        // That it has handed over is for the next look to say: what is said must stay true.
        await AwaitFiguresAsync(seen, ct);
    }

    /// <summary>Ends whatever goes on, so that the guest may go on. Throws reason <c>PastReturn</c> when it may not.</summary>
    public static async Task EndMemoryAsync(
        QemuMonitor open, bool postCopyAsked, AgentOptions options, TimeProvider time, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var seen = await QemuMigration.LookAsync(open, ct);
            if (seen.IsPostCopy || (seen.IsCompleted && postCopyAsked))
            {
                throw new VmDriverException(
                    "PastReturn", "The guest's memory is already split between two hosts; it can only go on at the target.");
            }

            if (!seen.IsUnderWay)
            {
                return;
            }

            if (time.GetElapsedTime(start) > TimeSpan.FromSeconds(options.MoveSettleSeconds))
            {
                throw new VmDriverException("NotCalledBack", $"The migration was cancelled and is still {seen.Status}.");
            }

            await open.TryAsync("migrate_cancel", null, ct);
            await Task.Delay(lookForFigures, time, ct);
        }
    }

    private static VmDriverException NoAddress(string what) =>
        new("NotReady", $"The target has not said where it listens for the {what}.");

    private static long SpeedOf(VmMove move, long noLimit) =>
        move.BandwidthMiBPerSecond is { } mebibytes ? mebibytes * BytesPerMiB : noLimit;

    // A guest that is over is not worth a journey; and one that powers off while it is sent would be let run at the target.
    private async Task RefuseEndedAsync(QemuMigration seen, CancellationToken ct)
    {
        if (seen.HasFailed || seen.Status == "none")
        {
            throw new VmDriverException("MigrationFailed", $"QEMU did not get the guest to the target: {seen.Error}");
        }

        var status = await open.StatusAsync(ct);
        if (seen.IsCompleted && status == GuestStatus.Running)
        {
            throw new VmDriverException("MigrationFailed", "The guest was let run here though its migration had completed.");
        }

        if (open.GuestEnded || status is GuestStatus.PoweredOff or GuestStatus.Broken)
        {
            throw new VmDriverException("GuestEnded", "The guest ended while it was being sent.");
        }

        if (disk is not null && seen.Status is "setup" or "active")
        {
            await disk!.NeededAsync(ct);
        }
    }

    // The guest stands still: what it wrote last is at the target before its devices are.
    private async Task SwitchOverAsync(CancellationToken ct)
    {
        if (disk is not null)
        {
            await disk.FinishAsync(ct);
        }

        await open.TryAsync("migrate-continue", new JsonObject { ["state"] = "pre-switchover" }, ct);
    }

    // QEMU stops the guest as soon as what is left would go over within the limit, though one pass more would leave much less: so the
    // limit begins low, and each pass that did not get there raises it towards what was asked for. (Nova does the same by time.)
    private int DowntimeLimit(int passes) =>
        (int)Math.Min(move.DowntimeLimitMs, Math.Max(LeastDowntimeLimitMs, move.DowntimeLimitMs / 10L) << Math.Clamp(passes - 1, 0, 16));

    private async Task RaiseDowntimeLimitAsync(QemuMigration seen, CancellationToken ct)
    {
        if (DowntimeLimit(seen.Passes) is var next && next > downtimeLimit)
        {
            await open.ExecuteAsync("migrate-set-parameters", new JsonObject { ["downtime-limit"] = next }, ct);
            downtimeLimit = next;
        }
    }

    private bool IsTimeForPostCopy(QemuMigration seen) =>
        move.Algorithm == MoveAlgorithm.PostCopy || (move.Algorithm == MoveAlgorithm.Hybrid && seen.Passes > 1);

    // A moment after QEMU says that it has completed, it may not have counted yet.
    private async Task AwaitFiguresAsync(QemuMigration seen, CancellationToken ct)
    {
        for (var look = 0; look < MaxLooksForFigures && seen is { IsCompleted: true, DowntimeMs: null, TotalMs: null }; look++)
        {
            await Task.Delay(lookForFigures, time, ct);
            seen = await QemuMigration.LookAsync(open, ct);
        }
    }

    // Not more often than by the pace, but for a new phase, and for how much there is to send as soon as QEMU has counted it.
    private void Tell(Action<MoveProgress> progress, MoveProgress next)
    {
        var isNews = next.Phase != last.Phase || (next.MemoryBytesTotal > 0 && last.MemoryBytesTotal == 0);
        if (!isNews && time.GetElapsedTime(lastTold) < pace)
        {
            return;
        }

        (last, lastTold) = (next, time.GetTimestamp());
        progress(next);
    }

    private static bool StandsStill(string? status) => status is "pre-switchover" or "device";

    // Each question to QEMU, and each word to the service, costs the guest time while it stands still: QEMU tells when it goes on.
    private async Task WaitForMoreAsync(Task changed, CancellationToken ct)
    {
        while (await WaitAsync(changed, ct) && StandsStill(open.MigrationStatus) && open is { GuestEnded: false, IsClosed: false })
        {
            changed = open.Changed;
            if (open.MigrationStatus == "pre-switchover")
            {
                await SwitchOverAsync(ct);
            }
        }
    }

    private Task<bool> WaitAsync(Task changed, CancellationToken ct) => QemuMonitor.WaitAsync(changed, pace, time, ct);
}
