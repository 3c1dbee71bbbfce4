using System.Text.Json;
using System.Text.Json.Nodes;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>The agent's hold on one QEMU: commands, the guest's status, and a signal whenever something happens.</summary>
internal sealed class QemuMonitor : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LivenessCheck = TimeSpan.FromMilliseconds(100);

    private readonly QmpConnection connection;
    private readonly Task pump;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool guestEnded;
    private volatile string? migrationStatus;

    private QemuMonitor(QmpConnection connection)
    {
        this.connection = connection;
        pump = PumpAsync();
    }

    /// <summary>Whether the process is gone or the connection was given up.</summary>
    public bool IsClosed => connection.Closed.IsCompleted;

    /// <summary>Whether QEMU has told that the guest powered off or panicked.</summary>
    public bool GuestEnded => guestEnded;

    /// <summary>What QEMU told last of a migration, since this connection; null before it told anything.</summary>
    public string? MigrationStatus => migrationStatus;

    /// <summary>Completes at the next event, or when the connection closes.</summary>
    public Task Changed => Volatile.Read(ref changed).Task;

    /// <summary>Connects; tried again while the socket is not there yet, as long as the process lives and the time lasts.</summary>
    public static async Task<QemuMonitor> ConnectAsync(
        VmDirectory directory, QemuProcess process, TimeSpan limit, AgentOptions options, TimeProvider time, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var left = limit - time.GetElapsedTime(start);
            try
            {
                return await TryConnectAsync(directory, process, left > TimeSpan.Zero ? left : TimeSpan.Zero, options, time, ct);
            }
            catch (QmpException fault) when (fault.Fault == QmpFault.Closed && left > TimeSpan.Zero && process.IsAlive())
            {
                await Task.Delay(RetryDelay, time, ct);
            }
        }
    }

    // A process that dies while it is greeted, as the second of two for one VM does, is not waited for.
    private static async Task<QemuMonitor> TryConnectAsync(
        VmDirectory directory, QemuProcess process, TimeSpan limit, AgentOptions options, TimeProvider time, CancellationToken ct)
    {
        var commandTimeout = TimeSpan.FromSeconds(options.MonitorCommandTimeoutSeconds);
        using var alive = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var connecting = QmpConnection.ConnectAsync(directory.Path, VmDirectory.QmpSocket, limit, commandTimeout, time, alive.Token);
        while (await Task.WhenAny(connecting, Task.Delay(LivenessCheck, time, alive.Token)) != connecting && !ct.IsCancellationRequested)
        {
            if (!process.IsAlive())
            {
                await alive.CancelAsync();
                await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new QmpException(QmpFault.Closed, "The process ended before its monitor answered.");
            }
        }

        var connection = await connecting;
        await alive.CancelAsync();
        if (connection.PeerProcessId == process.Id)
        {
            return new QemuMonitor(connection);
        }

        await connection.DisposeAsync();
        throw new QmpException(QmpFault.Closed, $"The monitor's socket belongs to process {connection.PeerProcessId}.");
    }

    /// <summary>Waits until QEMU tells anything, or the time has passed; says whether it did.</summary>
    /// <param name="changed"><see cref="Changed"/>, taken before the last look: what happened since is then not slept through.</param>
    /// <param name="most">The time.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<bool> WaitAsync(Task changed, TimeSpan most, TimeProvider time, CancellationToken ct)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var first = await Task.WhenAny(changed, Task.Delay(most, time, wait.Token));
        await wait.CancelAsync();
        ct.ThrowIfCancellationRequested();
        return first == changed;
    }

    public Task ExecuteAsync(string command, CancellationToken ct) => connection.ExecuteAsync(command, null, ct);

    public Task ExecuteAsync(string command, JsonObject arguments, CancellationToken ct) => connection.ExecuteAsync(command, arguments, ct);

    public Task<JsonElement> AskAsync(string command, JsonObject? arguments, CancellationToken ct) =>
        connection.ExecuteAsync(command, arguments, ct);

    /// <summary>Whether QEMU obeyed; that it refused is an answer too.</summary>
    public async Task<bool> TryAsync(string command, JsonObject? arguments, CancellationToken ct)
    {
        try
        {
            await connection.ExecuteAsync(command, arguments, ct);
            return true;
        }
        catch (QmpException fault) when (fault.Fault == QmpFault.Refused)
        {
            return false;
        }
    }

    public Task QuitAsync(TimeSpan limit, CancellationToken ct) => connection.ExecuteAsync("quit", null, limit, ct);

    public async Task<GuestStatus> StatusAsync(CancellationToken ct)
    {
        var answer = await connection.ExecuteAsync("query-status", null, ct);
        return answer.GetProperty("status").GetString() switch
        {
            "running" or "suspended" => GuestStatus.Running,
            "prelaunch" => GuestStatus.NotStarted,
            "shutdown" => GuestStatus.PoweredOff,
            "guest-panicked" or "internal-error" => GuestStatus.Broken,
            "inmigrate" => GuestStatus.Incoming,
            "postmigrate" or "finish-migrate" => GuestStatus.Sent,
            _ => GuestStatus.Paused,
        };
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await pump;
    }

    private async Task PumpAsync()
    {
        await foreach (var happening in connection.Events.ReadAllAsync())
        {
            guestEnded = happening.Name switch
            {
                "SHUTDOWN" or "GUEST_PANICKED" => true,
                "RESET" or "RESUME" => false,
                _ => guestEnded,
            };
            if (happening.Name == "MIGRATION")
            {
                migrationStatus = happening.Body.GetProperty("data").GetProperty("status").GetString();
            }

            Signal();
        }

        await connection.Closed;
        Signal();
    }

    private void Signal() =>
        Interlocked.Exchange(ref changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
