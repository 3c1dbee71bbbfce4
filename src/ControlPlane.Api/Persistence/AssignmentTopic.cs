using ControlPlane.Core.Hosts;

namespace ControlPlane.Api.Persistence;

/// <summary>The names under which agents wait for changes of their assignments.</summary>
internal static class AssignmentTopic
{
    internal const string Simulated = "assignments/simulated";

    internal static string Of(HostId host) => $"assignments/{host}";
}
