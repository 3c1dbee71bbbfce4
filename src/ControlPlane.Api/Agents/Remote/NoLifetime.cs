namespace ControlPlane.Api.Agents.Remote;

/// <summary>The listener for agents begins and ends with the service that holds it, and hears no signals of its own.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
