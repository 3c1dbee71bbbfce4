using System.Collections.Concurrent;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>
/// Runs VMs as QEMU processes, one directory each. The processes outlive this one: whatever it finds of a VM, it takes up. Calls for
/// one VM are made one after the other, calls for different VMs side by side.
/// </summary>
public sealed class QemuDriver : IVmDriver, IAsyncDisposable
{
    // Beside the directory, so that nothing is in it but VMs.
    private const string LockEnding = ".lock";

    private readonly ConcurrentDictionary<string, QemuGuest> guests = new(StringComparer.Ordinal);
    private readonly QemuHost host;
    private readonly string vmsDirectory;
    private readonly FileStream directoryLock;
    private readonly CancellationTokenSource life = new();
    private readonly Lazy<Task> rotation;

    /// <summary>A driver for the directory that the options name, made when it is not there. Only one may live at a time.</summary>
    /// <param name="options">Settings of the agent.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where decisions are told.</param>
    /// <param name="credentials">Asked before each move for what this host shows others; null where it has no certificate.</param>
    /// <param name="mayRun">Asked before each guest that stands still is let go; null where nothing stands against it.</param>
    public QemuDriver(
        AgentOptions options, TimeProvider time, ILogger<QemuDriver> logger, Func<MoveCredentials?>? credentials = null,
        Func<VmAssignment, bool>? mayRun = null)
    {
        host = new QemuHost(options, credentials ?? (() => null), time, logger, mayRun ?? (_ => true));
        vmsDirectory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.VmsDirectory));
        Directory.CreateDirectory(vmsDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        directoryLock = Lock(vmsDirectory + LockEnding);
        rotation = new Lazy<Task>(() => Task.Run(RotateAsync));
    }

    /// <inheritdoc />
    public bool TellsOfEveryChange => false;

    /// <inheritdoc />
    public Task PrepareAsync(VmAssignment vm, CancellationToken ct) => InTurnAsync(vm.VmId, guest => guest.PrepareAsync(vm, ct), ct);

    /// <inheritdoc />
    public Task StartAsync(VmAssignment vm, CancellationToken ct) => InTurnAsync(vm.VmId, guest => guest.StartAsync(vm, ct), ct);

    /// <inheritdoc />
    public Task StopAsync(VmAssignment vm, CancellationToken ct) => InTurnAsync(vm.VmId, guest => guest.StopAsync(vm, ct), ct);

    /// <inheritdoc />
    public Task PauseAsync(VmAssignment vm, CancellationToken ct) => InTurnAsync(vm.VmId, guest => guest.PauseAsync(vm, ct), ct);

    /// <inheritdoc />
    public Task ResumeAsync(VmAssignment vm, CancellationToken ct) => InTurnAsync(vm.VmId, guest => guest.ResumeAsync(vm, ct), ct);

    /// <inheritdoc />
    public Task RebootAsync(VmAssignment vm, CancellationToken ct) => InTurnAsync(vm.VmId, guest => guest.RebootAsync(vm, ct), ct);

    /// <inheritdoc />
    public Task ReceiveAsync(VmAssignment vm, CancellationToken ct) => InTurnAsync(vm.VmId, guest => guest.ReceiveAsync(vm, ct), ct);

    /// <inheritdoc />
    public Task SendAsync(VmAssignment vm, Action<MoveProgress> progress, CancellationToken ct) =>
        InTurnAsync(vm.VmId, guest => guest.SendAsync(vm, progress, ct), ct);

    /// <inheritdoc />
    public Task CallBackAsync(VmAssignment vm, CancellationToken ct) => InTurnAsync(vm.VmId, guest => guest.CallBackAsync(vm, ct), ct);

    /// <inheritdoc />
    public async Task RemoveAsync(VmAssignment vm, CancellationToken ct)
    {
        await InTurnAsync(vm.VmId, guest => guest.RemoveAsync(vm, ct), ct);
        guests.TryRemove(vm.VmId, out _);
    }

    /// <inheritdoc />
    public async Task<DriverObservation> ObserveAsync(VmAssignment vm, CancellationToken ct)
    {
        DriverObservation? seen = null;
        await InTurnAsync(vm.VmId, async guest => seen = await guest.ObserveAsync(ct), ct);
        if (seen!.Power == ObservedPower.Absent)
        {
            // What is not there needs no looking after.
            guests.TryRemove(vm.VmId, out _);
        }

        return seen;
    }

    /// <inheritdoc />
    public Task WaitExitAsync(VmAssignment vm, CancellationToken ct) => GuestOf(vm.VmId).WaitExitAsync(ct);

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> ListAsync(CancellationToken ct)
    {
        var directories = Directory.EnumerateDirectories(vmsDirectory).Select(path => Path.GetFileName(path));
        var processes = QemuProcess.PidFilesBelow(vmsDirectory).Select(path => Path.GetFileName(Path.GetDirectoryName(path)!));
        return Task.FromResult<IReadOnlyList<string>>(
            [.. directories.Concat(processes).Where(VmDirectory.IsId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    /// <inheritdoc />
    public IConsoleLog? Console(string vmId) =>
        VmDirectory.IsId(vmId) && VmDirectory.Of(vmsDirectory, vmId).Exists ? GuestOf(vmId).Console : null;

    /// <summary>Lets go of the guests: they run on.</summary>
    public async ValueTask DisposeAsync()
    {
        await life.CancelAsync();
        if (rotation.IsValueCreated)
        {
            await rotation.Value.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (var guest in guests.Values)
        {
            await guest.DisposeAsync();
        }

        await directoryLock.DisposeAsync();
    }

    // Two agents on one directory would each think that the other's guests are its own that hang.
    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault)
        {
            throw new VmDriverException("DirectoryInUse", $"Another agent works on {Path.GetDirectoryName(path)}.", fault);
        }
    }

    private async Task InTurnAsync(string vmId, Func<QemuGuest, Task> call, CancellationToken ct)
    {
        var guest = GuestOf(vmId);
        await guest.Turn.WaitAsync(ct);
        try
        {
            await call(guest);
        }
        catch (IOException fault) when (Posix.IsDiskFull(fault))
        {
            throw new VmDriverException("DiskFull", "The host's disk is full.", fault);
        }
        finally
        {
            guest.Turn.Release();
        }
    }

    private QemuGuest GuestOf(string vmId)
    {
        _ = rotation.Value;
        return guests.GetOrAdd(vmId, id => new QemuGuest(VmDirectory.Of(vmsDirectory, id), id, host));
    }

    private async Task RotateAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(host.Options.RotationCheckMilliseconds), host.Time);
        while (await timer.WaitForNextTickAsync(life.Token))
        {
            try
            {
                foreach (var guest in guests.Values)
                {
                    guest.Console.RotateWhereNeeded();
                }
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                QemuLog.RotationFailed(host.Logger, fault);
            }
        }
    }
}
