using ControlPlane.Agent;
using ControlPlane.Api.Access;
using ControlPlane.Api.Agents;
using ControlPlane.Api.Health;
using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api;

/// <summary>What must be there before anything else of the service begins: the store, the first token, the default pool.</summary>
public sealed class Opening(
    Store store, DataDirectory directory, TokenDirectory tokens, IConfiguration configuration, IOptions<LocalHostOptions> local,
    IOptions<AgentOptions> agent)
    : IHostedLifecycleService, IReadinessCheck
{
    private volatile bool open;

    /// <inheritdoc/>
    public string Name => "store";

    /// <inheritdoc/>
    public ValueTask<string?> ReasonNotReadyAsync(CancellationToken ct) => ValueTask.FromResult(open ? null : "the store is being opened");

    /// <inheritdoc/>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        RequireQemu();
        await store.OpenAsync(cancellationToken);
        var token = BootstrapTokenFile.Ensure(directory.Path, configuration["ControlPlane:BootstrapToken"], Console.Out);
        await tokens.SetBootstrapAsync(token, cancellationToken);
        await Pools.DefaultPool.EnsureAsync(store, cancellationToken);
        open = true;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

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
