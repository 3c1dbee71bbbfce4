using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Agents;

/// <summary>A service that also listens for agents, on a port of its own.</summary>
public class ServiceWithAgentDoor : ServiceFixture
{
    private readonly StopwatchAhead time = new();

    public ServiceWithAgentDoor()
    {
        Configure = services => services.AddSingleton<TimeProvider>(time);
        Settings = [("ControlPlane:AgentEndpoint:Url", "https://127.0.0.1:0")];
    }

    /// <summary>For all that measures how long ago something was, more time has passed.</summary>
    public void Later(TimeSpan time) => this.time.Advance(time);

    private sealed class StopwatchAhead : TimeProvider
    {
        private long ahead;

        public void Advance(TimeSpan time) => Interlocked.Add(ref ahead, (long)(time.TotalSeconds * TimestampFrequency));

        public override long GetTimestamp() => System.GetTimestamp() + Volatile.Read(ref ahead);
    }
}
