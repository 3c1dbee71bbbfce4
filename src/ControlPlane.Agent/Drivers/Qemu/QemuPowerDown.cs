namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>Asks a guest to power itself off, again and again: one that still boots may not listen yet.</summary>
internal sealed class QemuPowerDown(AgentOptions options, TimeProvider time)
{
    /// <summary>Whether the guest is off, or there is none to wait for, before the time is over.</summary>
    public async Task<bool> AskAsync(QemuMonitor monitor, QemuProcess process, TimeSpan limit, CancellationToken ct) =>
        !await CanAnswerAsync(monitor, ct) || await AskUntilOffAsync(monitor, process, limit, ct);

    // A guest that stands still cannot answer and is let run; one that never began, or is over, has nothing to answer.
    private static async Task<bool> CanAnswerAsync(QemuMonitor monitor, CancellationToken ct)
    {
        var status = await monitor.StatusAsync(ct);
        if (status is GuestStatus.Paused or GuestStatus.Sent)
        {
            await monitor.ExecuteAsync("cont", ct);
        }

        return status is GuestStatus.Running or GuestStatus.Paused or GuestStatus.Sent;
    }

    private async Task<bool> AskUntilOffAsync(QemuMonitor monitor, QemuProcess process, TimeSpan limit, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        var repeat = TimeSpan.FromSeconds(options.PowerdownRepeatSeconds);
        TimeSpan? asked = null;
        while (true)
        {
            var changed = monitor.Changed;
            if (!process.IsAlive() || await monitor.StatusAsync(ct) is GuestStatus.PoweredOff or GuestStatus.Broken)
            {
                return true;
            }

            var elapsed = time.GetElapsedTime(start);
            if (elapsed >= limit)
            {
                return false;
            }

            if (asked is null || elapsed - asked >= repeat)
            {
                await monitor.ExecuteAsync("system_powerdown", ct);
                asked = elapsed;
            }

            await QemuMonitor.WaitAsync(changed, limit - elapsed < repeat ? limit - elapsed : repeat, time, ct);
        }
    }
}
