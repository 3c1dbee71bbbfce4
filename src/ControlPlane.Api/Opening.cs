using ControlPlane.Agent;
using ControlPlane.Api.Access;
using ControlPlane.Api.Agents;
using ControlPlane.Api.Health;
using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api;

/// <summary>
/// What must be there before anything else of the service begins: the store, the first token, the default pool. A file is there or the
/// start fails; a server is waited for, with the service listening and saying so.
/// </summary>
public sealed class Opening(
    Store store, IStoreDatabase database, DataDirectory directory, TokenDirectory tokens, IConfiguration configuration,
    IOptions<LocalHostOptions> local, IOptions<AgentOptions> agent, TimeProvider time, ILogger<Opening> logger)
    : IHostedLifecycleService, IReadinessCheck, IDisposable
{
    private const int MaxPauseSeconds = 5;

    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? reason = "the store is being opened";
    private Task opening = Task.CompletedTask;

    /// <inheritdoc/>
    public string Name => "store";

    /// <summary>Completes when all of it is there.</summary>
    public Task Finished => finished.Task;

    /// <inheritdoc/>
    public ValueTask<string?> ReasonNotReadyAsync(CancellationToken ct) => ValueTask.FromResult(reason ?? store.Trouble);

    /// <inheritdoc/>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        RequireQemu();
        var token = BootstrapTokenFile.Ensure(directory.Path, configuration["ControlPlane:BootstrapToken"], Console.Out);
        if (database.IsShared) { opening = Task.Run(() => OpenWhenReachedAsync(token, stopping.Token), CancellationToken.None); }
        else { await OpenAsync(token, cancellationToken); }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => stopping.CancelAsync();

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken) =>
        await opening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => stopping.Dispose();

    private async Task OpenAsync(string token, CancellationToken ct)
    {
        await store.OpenAsync(ct);
        await tokens.SetBootstrapAsync(token, ct);
        await Pools.DefaultPool.EnsureAsync(store, ct);
        reason = null;
        finished.TrySetResult();
    }

    // Without end: a server that is set up after the service, or comes back after hours, finds it waiting.
    private async Task OpenWhenReachedAsync(string token, CancellationToken ct)
    {
        for (var pause = 1; !ct.IsCancellationRequested; pause = Math.Min(pause * 2, MaxPauseSeconds))
        {
            try
            {
                await OpenAsync(token, ct);
                return;
            }
            catch (Exception fault) when (!ct.IsCancellationRequested)
            {
                reason = $"PostgreSQL cannot be reached or used ({database.Description}: {PostgresFaults.Words(fault)}); "
                    + "it is tried again until it can";
                PersistenceLog.NotReached(logger, database.Description, PostgresFaults.Words(fault), pause);
                await Task.Delay(TimeSpan.FromSeconds(pause), time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void RequireQemu()
    {
        if (local.Value is not { Enabled: true, Driver: "QEMU" }) { return; }
        var paths = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => Path.Combine(folder, agent.Value.QemuPath));
        if (!paths.Append(agent.Value.QemuPath).Any(File.Exists))
        {
            throw new StartupRefusedException($"ControlPlane:LocalHost:Driver is QEMU, but '{agent.Value.QemuPath}' "
                + "(ControlPlane:Agent:QemuPath) is not installed; install qemu-system-x86 or set the driver to AUTO.");
        }
    }
}
