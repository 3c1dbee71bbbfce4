using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Hosts.Liveness;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Fencing;

/// <summary>
/// A process beside the agent that ends, when the lease is over, the guests that the agent should have ended: whether it hangs, is stopped
/// or dead. It speaks to nobody; it reads the lease's file, the VMs' records and <c>/proc</c>, and kills.
/// </summary>
public sealed class Watchdog(string folder, TimeProvider time, ILogger<Watchdog> logger)
{
    private static readonly TimeSpan beat = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan signEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan searchEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan idleFor = TimeSpan.FromSeconds(10);

    private readonly LeaseFile lease = new(folder);
    private readonly WatchdogSign sign = new(folder, time);
    private readonly string vms = Path.Combine(Path.GetFullPath(folder), "vms");
    private TimeSpan signed = TimeSpan.MinValue;
    private TimeSpan searched = TimeSpan.MinValue;
    private TimeSpan? idleSince;

    private TimeSpan Now => time.GetElapsedTime(0);

    /// <summary>
    /// Watches until the token ends, or nothing is left to watch: the agent is gone, its lease over, and no such guest there. False when
    /// another watches this folder.
    /// </summary>
    public async Task<bool> RunAsync(CancellationToken ct)
    {
        if (!TryLock(out var held)) { return false; }
        using (held)
        {
            FencingLog.Watches(logger, folder);
            while (!ct.IsCancellationRequested && !Look())
            {
                await Task.Delay(beat, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            FencingLog.EndsToWatch(logger, folder);
            return true;
        }
    }

    /// <summary>Looks once, and ends what is to be ended; true when there is nothing left to watch.</summary>
    internal bool Look()
    {
        var now = Now;
        if (now - signEvery >= signed) { Sign(now); }
        if (SelfFence.Watchdog(lease.Read(), now) != FenceStage.Stop)
        {
            idleSince = null;
            return false;
        }
        var ended = EndGuests(now);
        if (ended > 0 || lease.AgentLives()) { idleSince = null; }
        else { idleSince ??= now; }
        return now - idleSince >= idleFor;
    }

    // By pid file at each look; what names one without being in it is searched for now and then.
    private int EndGuests(TimeSpan now)
    {
        var ended = 0;
        foreach (var directory in Directories())
        {
            if (QemuProcess.Find(directory, everywhere: false) is { } process && MustEnd(directory)) { ended += End(directory, process); }
        }
        if (now - searchEvery < searched) { return ended; }
        searched = now;
        foreach (var pidFile in QemuProcess.PidFilesBelow(vms).ToList())
        {
            var directory = VmDirectory.Of(vms, Path.GetFileName(Path.GetDirectoryName(pidFile))!);
            if (!MustEnd(directory)) { continue; }
            foreach (var process in QemuProcess.FindAll(pidFile)) { ended += End(directory, process); }
        }
        return ended;
    }

    private int End(VmDirectory directory, QemuProcess process)
    {
        process.Kill();
        FencingLog.Ended(logger, Path.GetFileName(directory.Path), process.Id);
        return 1;
    }

    // What the process was begun with. A record that cannot be read may be of one that was to end.
    private static bool MustEnd(VmDirectory directory)
    {
        try
        {
            return directory.ReadRecord() is { Assignment.OnHostLoss: HostLossRule.RestartElsewhere };
        }
        catch (Exception fault) when (fault is Drivers.VmDriverException or IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private IEnumerable<VmDirectory> Directories()
    {
        if (!Directory.Exists(vms)) { return []; }
        return Directory.EnumerateDirectories(vms).Select(path => Path.GetFileName(path)).Where(VmDirectory.IsId)
            .Select(id => VmDirectory.Of(vms, id));
    }

    private void Sign(TimeSpan now)
    {
        try
        {
            sign.Write();
            signed = now;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The agent begins nothing while it cannot be seen; it watches all the same.
            FencingLog.NotSigned(logger, fault);
            signed = now;
        }
    }

    private bool TryLock(out FileStream? held)
    {
        try
        {
            held = new FileStream(Path.Combine(folder, "watchdog.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            held = null;
            return false;
        }
    }
}
