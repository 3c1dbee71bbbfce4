using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>One VM on this host. <see cref="QemuDriver"/> makes its calls one at a time; each finds out for itself what is there.</summary>
internal sealed partial class QemuGuest(VmDirectory directory, string vmId, QemuHost host) : IAsyncDisposable
{
    private readonly AgentOptions options = host.Options;
    private readonly TimeProvider time = host.Time;
    private volatile QemuMonitor? monitor;
    private volatile QemuProcess? lastFound;
    private bool searchedEverywhere;
    private (DateTimeOffset? Boot, DateTimeOffset? Since) alive;

    public SemaphoreSlim Turn { get; } = new(1);

    public SerialLog Console { get; } = new(directory, host.Options, host.Time);

    public async Task PrepareAsync(VmAssignment vm, CancellationToken ct)
    {
        directory.Create();
        directory.RemoveTemporaries();
        SeedImage.RemoveFolder(directory);
        QemuTls.RemoveFolder(directory);
        var kept = directory.ReadRecord();
        RefuseStale(vm, kept);
        var before = await ArriveAsync(vm, kept, ct);
        var diskIsShared = await PrepareDiskAsync(vm, before, ct);
        var isSeedCurrent = await PrepareSeedAsync(vm, before, ct);
        var next = (before ?? new QemuRecord { Assignment = vm }) with
        {
            Assignment = Newer(before?.Assignment, vm),
            Seed = isSeedCurrent ? vm.CloudInit : before?.Seed,
            DiskGiB = Math.Max(before?.DiskGiB ?? 0, vm.DiskGiB), DiskIsShared = diskIsShared,
        };
        // An end that was asked for is not left standing as one by itself, even if the agent died between the end and its record.
        await KeepAsync(kept, vm.Power == DesiredPower.Stopped && Find(everywhere: true) is null ? Ended(next) : next);
    }

    public async Task StartAsync(VmAssignment vm, CancellationToken ct)
    {
        var record = await PastMoveAsync(vm, (await AdmitAsync(vm))!, ct);
        var process = Find(everywhere: true);
        if (process is not null && await IsOverAsync(process, ct))
        {
            await EndAsync(process, ct);
            process = null;
        }

        var spawned = process is null;
        process ??= await SpawnAsync(vm, ct);
        try
        {
            await LetRunAsync(vm, record, process, spawned, ct);
        }
        catch (QmpException fault)
        {
            throw new VmDriverException("StartFailed", $"QEMU did not let its guest run: {fault.Message}", fault);
        }
    }

    public async Task StopAsync(VmAssignment vm, CancellationToken ct)
    {
        var record = await AdmitAsync(vm, required: false);
        if (Find(everywhere: true) is { } process)
        {
            if (vm.StopMode == ShutdownMode.Graceful && record?.Receiving is null)
            {
                record = record?.Sending is { } sending ? await EndSendingAsync(record, sending, ct) : record;
                await PowerDownAsync(vm, process, ct);
            }

            await EndAsync(process, ct);
        }

        if (record is not null)
        {
            await KeepAsync(record, vm.Move is null ? Ended(record) with { Sending = null, Receiving = null } : Ended(record));
        }
    }

    public async Task PauseAsync(VmAssignment vm, CancellationToken ct)
    {
        var record = (await AdmitAsync(vm))!;
        var process = Find(everywhere: false) ?? throw NotRunning();
        try
        {
            var open = await MonitorAsync(process, ct);
            await open.ExecuteAsync("stop", ct);
            if (record.Sending is { WasRunning: true } sending)
            {
                // It stays paused also when it is called back.
                await KeepAsync(record, record with { Sending = sending with { WasRunning = false } });
            }

            if (await open.StatusAsync(ct) is var status && status is GuestStatus.Running or GuestStatus.PoweredOff or GuestStatus.Broken)
            {
                throw new VmDriverException("NotPaused", $"QEMU was told to pause its guest and says {status}.");
            }
        }
        catch (QmpException fault)
        {
            throw new VmDriverException("MonitorFailed", $"QEMU did not pause its guest: {fault.Message}", fault);
        }
    }

    public async Task ResumeAsync(VmAssignment vm, CancellationToken ct)
    {
        var record = await PastMoveAsync(vm, (await AdmitAsync(vm))!, ct);
        var process = Find(everywhere: false) ?? throw NotRunning();
        try
        {
            await LetRunAsync(vm, record, process, spawned: false, ct);
        }
        catch (QmpException fault)
        {
            throw new VmDriverException("MonitorFailed", $"QEMU did not let its guest run on: {fault.Message}", fault);
        }
    }

    public async Task RebootAsync(VmAssignment vm, CancellationToken ct)
    {
        var record = (await AdmitAsync(vm))!;
        if (record.RebootsDone >= vm.RebootCount)
        {
            return;
        }

        var process = Find(everywhere: false) ?? throw NotRunning();
        try
        {
            if (vm.RebootMode == ShutdownMode.Graceful)
            {
                await PowerDownAsync(vm, process, ct);
            }

            await ResetAsync(process, ct);
        }
        catch (VmDriverException fault) when (fault.Reason == "StopTimedOut")
        {
            // Acted on, though in vain: the next assignment must not bring this reboot up again.
            await KeepAsync(record, record with { RebootsDone = vm.RebootCount });
            throw;
        }
        catch (QmpException fault)
        {
            throw new VmDriverException("RebootFailed", $"QEMU did not boot its guest again: {fault.Message}", fault);
        }

        await KeepAsync(record, record with { RebootsDone = vm.RebootCount, BootedAt = time.GetUtcNow() });
    }

    public async Task RemoveAsync(VmAssignment vm, CancellationToken ct)
    {
        if (vm.Departed)
        {
            await AwaitLastPagesAsync(ct);
        }

        foreach (var process in QemuProcess.FindAll(directory.PidFile))
        {
            await EndAsync(process, ct);
        }

        await DropMonitorAsync();
        await DeleteSharedDiskAsync(vm.Departed, ct);
        Console.Remove();
        directory.Delete();
        QemuLog.Removed(host.Logger, vmId);
    }

    public async Task<DriverObservation> ObserveAsync(CancellationToken ct)
    {
        var record = directory.ReadRecord();
        if (IsOffMeanwhile(record))
        {
            return await ObserveOffAsync(record!, ct);
        }

        if (Find(everywhere: false) is not { } process)
        {
            await DropMonitorAsync();
            return WithoutProcess(record);
        }

        try
        {
            var open = await MonitorAsync(process, ct);
            var status = await open.StatusAsync(ct);
            return status is GuestStatus.PoweredOff or GuestStatus.Broken
                ? await CollectAsync(record, process, status, ct)
                : WithProcess(record, process, status == GuestStatus.Running ? ObservedPower.Running : ObservedPower.Paused) with
                {
                    Move = await MoveOfAsync(record, open, status, ct),
                };
        }
        catch (QmpException fault)
        {
            if (!process.IsAlive())
            {
                await DropMonitorAsync();
                return WithoutProcess(record);
            }

            QemuLog.MonitorSilent(host.Logger, fault, vmId, process.Id);
            return WithProcess(record, process, ObservedPower.Running) with { Responsive = false };
        }
    }

    /// <summary>Returns when the process is gone, its guest has ended or come; called without a turn.</summary>
    public async Task WaitExitAsync(CancellationToken ct)
    {
        var process = lastFound ?? QemuProcess.Find(directory, everywhere: false);
        while (process is not null && process.IsAlive() && monitor is not { GuestEnded: true } && !HasNewsOfMove())
        {
            // A QEMU that dies closes its monitor at once; the poll is for one whose monitor is not connected.
            var poll = TimeSpan.FromMilliseconds(options.ExitPollMilliseconds);
            await (monitor is { IsClosed: false } open ? QemuMonitor.WaitAsync(open.Changed, poll, time, ct) : Task.Delay(poll, time, ct));
        }
    }

    public async ValueTask DisposeAsync() => await DropMonitorAsync();

    private static void RefuseStale(VmAssignment vm, QemuRecord? record)
    {
        if (record is not null && vm.Incarnation < record.Assignment.Incarnation)
        {
            throw new VmDriverException(
                "StaleIncarnation", $"VM {vm.VmId} is at incarnation {record.Assignment.Incarnation} here; {vm.Incarnation} is past.");
        }
    }

    private static VmAssignment Newer(VmAssignment? known, VmAssignment next) =>
        known is null || next.Incarnation > known.Incarnation || next.Generation >= known.Generation ? next : known;

    private static QemuRecord Ended(QemuRecord record) =>
        record with { ProcessId = null, StartedAt = null, BootedAt = null, GuestPoweredOff = null };

    private async Task<QemuRecord?> AdmitAsync(VmAssignment vm, bool required = true)
    {
        var record = directory.ReadRecord();
        if (record is null)
        {
            return required ? throw new VmDriverException("NotPrepared", $"VM {vm.VmId} has no files on its host.") : null;
        }

        RefuseStale(vm, record);
        var newer = record with { Assignment = Newer(record.Assignment, vm) };
        if (newer.Assignment.Incarnation > record.Assignment.Incarnation)
        {
            await KeepAsync(record, newer);
        }

        return newer;
    }

    private Task KeepAsync(QemuRecord? before, QemuRecord next) => next == before ? Task.CompletedTask : directory.WriteRecordAsync(next);

    private async Task<bool> PrepareSeedAsync(VmAssignment vm, QemuRecord? before, CancellationToken ct)
    {
        if (vm.CloudInit is null || (before?.Seed == vm.CloudInit && File.Exists(directory.Seed)))
        {
            return true;
        }

        if (Find(everywhere: true) is not null)
        {
            // A running guest keeps the seed it has; the next prepare that finds it stopped brings the new one.
            return false;
        }

        await directory.ReplaceAsync(VmDirectory.SeedName, path => host.Seeds.CreateAsync(vm, directory, path, ct));
        return true;
    }

    private Task<QemuProcess> SpawnAsync(VmAssignment vm, CancellationToken ct) =>
        SpawnAsync(vm, line => line.Build(vm, directory, HasSeed(vm), DiskName()), ct);

    private bool HasSeed(VmAssignment vm) => vm.CloudInit is not null && File.Exists(directory.Seed);

    private async Task<QemuProcess> SpawnAsync(
        VmAssignment vm, Func<QemuCommandLine, IReadOnlyList<string>> command, CancellationToken ct)
    {
        if (NeedsDisk(vm) && !File.Exists(directory.At(DiskName())))
        {
            throw new VmDriverException("FilesLost", $"The disk of VM {vm.VmId} is gone.");
        }

        await DropMonitorAsync();
        var builder = await host.CommandLineAsync(ct);
        var logBytes = File.Exists(directory.QemuLog) ? new FileInfo(directory.QemuLog).Length : 0;
        var process = QemuSpawn.Start(directory, command(builder));
        try
        {
            var limit = TimeSpan.FromSeconds(options.StartTimeoutSeconds);
            monitor = await QemuMonitor.ConnectAsync(directory, process, limit, options, time, ct);
            QemuLog.Started(host.Logger, vmId, process.Id);
            return process;
        }
        catch (QmpException fault)
        {
            if (process.IsAlive())
            {
                await EndAsync(process, ct);
                throw new VmDriverException("StartTimedOut", "QEMU was started and its monitor did not answer in time.", fault);
            }

            // Another QEMU of this VM holds the lock on the pid file: that one it is.
            return Find(everywhere: true) ?? throw QemuSpawn.Explain(directory, logBytes);
        }
    }

    private async Task LetRunAsync(VmAssignment vm, QemuRecord record, QemuProcess process, bool spawned, CancellationToken ct)
    {
        var open = await MonitorAsync(process, ct);
        var status = await open.StatusAsync(ct);
        if (record.ProcessId != process.Id || record.ProcessStartTicks != process.StartTicks)
        {
            var now = time.GetUtcNow();
            await KeepAsync(record, record with
            {
                ProcessId = process.Id, ProcessStartTicks = process.StartTicks, StartedAt = now, BootedAt = now, GuestPoweredOff = null,
                // A boot does the reboots that were asked for before it.
                RebootsDone = status == GuestStatus.NotStarted ? Math.Max(record.RebootsDone, vm.RebootCount) : record.RebootsDone,
                StandsSinceMove = false,
            });
        }
        else
        {
            await KeepAsync(record, record with { StandsSinceMove = false });
        }

        if (!spawned)
        {
            QemuLog.Adopted(host.Logger, vmId, process.Id);
        }

        // Between this and the word to go on it may be stopped for as long as it likes: the process is there, for the watchdog to end.
        host.Admit(vm);
        await RunAsync(open, status, ct);
    }

    private static async Task RunAsync(QemuMonitor open, GuestStatus status, CancellationToken ct)
    {
        if (status != GuestStatus.Running)
        {
            await open.ExecuteAsync("cont", ct);
        }

        status = await open.StatusAsync(ct);
        if (status != GuestStatus.Running)
        {
            throw new VmDriverException("NotRunning", $"QEMU was told to run its guest and says {status}.");
        }
    }

    // Returns when the guest is off, or when it does not matter because the process will be ended by force.
    private async Task PowerDownAsync(VmAssignment vm, QemuProcess process, CancellationToken ct)
    {
        var limit = TimeSpan.FromSeconds(vm.StopTimeoutSeconds);
        try
        {
            var isOff = await new QemuPowerDown(options, time).AskAsync(await MonitorAsync(process, ct), process, limit, ct);
            if (!isOff && !vm.ForceAfterTimeout)
            {
                throw new VmDriverException("StopTimedOut", $"The guest did not power off within {vm.StopTimeoutSeconds} s.");
            }
        }
        catch (QmpException fault) when (process.IsAlive() && !vm.ForceAfterTimeout)
        {
            throw new VmDriverException("MonitorFailed", $"The guest could not be asked to power off: {fault.Message}", fault);
        }
        catch (QmpException)
        {
            // It is gone, or will be ended by force.
        }
    }

    private async Task ResetAsync(QemuProcess process, CancellationToken ct)
    {
        var open = await MonitorAsync(process, ct);
        await open.ExecuteAsync("system_reset", ct);
        var start = time.GetTimestamp();
        // The reset is done a moment after its command is answered; until then a guest that was off cannot be let run.
        GuestStatus status;
        while ((status = await open.StatusAsync(ct)) is GuestStatus.PoweredOff or GuestStatus.Broken)
        {
            if (time.GetElapsedTime(start) > TimeSpan.FromSeconds(options.MonitorCommandTimeoutSeconds))
            {
                throw new VmDriverException("RebootFailed", "QEMU was told to reset its guest and did not.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), time, ct);
        }

        await RunAsync(open, status, ct);
    }

    private async Task<bool> IsOverAsync(QemuProcess process, CancellationToken ct)
    {
        try
        {
            return await (await MonitorAsync(process, ct)).StatusAsync(ct) is GuestStatus.PoweredOff or GuestStatus.Broken;
        }
        catch (QmpException fault) when (process.IsAlive())
        {
            throw new VmDriverException("MonitorFailed", $"A QEMU of this VM runs and its monitor does not answer: {fault.Message}", fault);
        }
        catch (QmpException)
        {
            return true;
        }
    }

    // How the guest ended is kept before its process, the only witness, goes.
    private async Task<DriverObservation> CollectAsync(QemuRecord? record, QemuProcess process, GuestStatus status, CancellationToken ct)
    {
        QemuLog.GuestEnded(host.Logger, vmId, status, process.Id);
        var next = record is null ? null : record with { GuestPoweredOff = status == GuestStatus.PoweredOff, ProcessId = null };
        if (next is not null)
        {
            await KeepAsync(record, next);
        }

        await EndAsync(process, ct);
        return WithoutProcess(next);
    }

    private async Task EndAsync(QemuProcess process, CancellationToken ct)
    {
        var quit = TimeSpan.FromSeconds(options.QuitTimeoutSeconds);
        try
        {
            var open = monitor is { IsClosed: false } known ? known : await ReconnectAsync(process, quit, ct);
            await open.QuitAsync(quit, ct);
        }
        catch (QmpException)
        {
            // Gone before it could answer, or past answering: which of them, the process shows.
        }

        if (!await process.WaitGoneAsync(quit, time, ct))
        {
            QemuLog.Killing(host.Logger, vmId, process.Id);
            process.Kill();
            if (!await process.WaitGoneAsync(TimeSpan.FromSeconds(options.KillTimeoutSeconds), time, ct))
            {
                throw new VmDriverException("ProcessStuck", $"Process {process.Id} was killed and is still there.");
            }
        }

        await DropMonitorAsync();
        if (QemuProcess.Find(directory, everywhere: true) is not null)
        {
            // The one that ended was the second of two: the names belong to the first.
            return;
        }

        foreach (var name in (string[])[VmDirectory.QmpSocket, VmDirectory.SerialSocket, VmDirectory.PidName])
        {
            File.Delete(directory.At(name));
        }
    }

    private async Task<QemuMonitor> MonitorAsync(QemuProcess process, CancellationToken ct) => monitor is { IsClosed: false } open
        ? open : await ReconnectAsync(process, TimeSpan.FromSeconds(options.MonitorConnectTimeoutSeconds), ct);

    private async Task<QemuMonitor> ReconnectAsync(QemuProcess process, TimeSpan limit, CancellationToken ct)
    {
        await DropMonitorAsync();
        var open = await QemuMonitor.ConnectAsync(directory, process, limit, options, time, ct);
        monitor = open;
        return open;
    }

    private async Task DropMonitorAsync()
    {
        if (monitor is { } old)
        {
            monitor = null;
            await old.DisposeAsync();
        }
    }

    // Every process is looked at once per agent: later ones are the agent's own children or have a pid file.
    private QemuProcess? Find(bool everywhere)
    {
        if (lastFound is { } known && known.IsAlive())
        {
            return known;
        }

        lastFound = QemuProcess.Find(directory, everywhere || !searchedEverywhere);
        searchedEverywhere = true;
        return lastFound;
    }

    private DriverObservation WithoutProcess(QemuRecord? record) => !directory.Exists
        ? new DriverObservation(ObservedPower.Absent)
        : new DriverObservation(ObservedPower.Stopped)
        {
            // A record that still names a process tells of one whose end nobody saw.
            GuestPoweredOff = record?.GuestPoweredOff ?? (record?.ProcessId is null ? null : false),
            RebootsDone = record?.RebootsDone ?? 0,
        };

    private DriverObservation WithProcess(QemuRecord? record, QemuProcess process, ObservedPower power) => new(power)
    {
        ProcessId = process.Id,
        StartedAt = record?.StartedAt,
        RebootsDone = record?.RebootsDone ?? 0,
        GuestAliveSince = AliveSince(record?.BootedAt),
        IsolationControls = IsolationAttest.Of(process),
    };

    private DateTimeOffset? AliveSince(DateTimeOffset? boot)
    {
        if (boot is null || alive.Boot != boot)
        {
            alive = (boot, null);
        }

        alive.Since ??= boot is { } moment ? Console.WrittenSince(moment) : null;
        return alive.Since;
    }

    private VmDriverException NotRunning() => new("NotRunning", $"VM {vmId} has no guest that runs.");
}
