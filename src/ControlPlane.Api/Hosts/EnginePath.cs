using ControlPlane.Core.Hosts;

namespace ControlPlane.Api.Hosts;

/// <summary>How an engine is named in paths and in the targets of operations.</summary>
internal static class EnginePath
{
    /// <summary>The path segment of a kind.</summary>
    internal static string WordOf(EngineKind kind) => kind switch
    {
        EngineKind.Hardware => "hardware",
        EngineKind.Software => "software",
    };

    /// <summary>The kind of a path segment; false when it is none.</summary>
    internal static bool TryParse(string segment, out EngineKind kind)
    {
        kind = segment == "hardware" ? EngineKind.Hardware : EngineKind.Software;
        return segment is "hardware" or "software";
    }

    /// <summary>The target of operations: <c>hosts/host_…/engines/software</c>.</summary>
    internal static string TargetOf(HostId host, EngineKind kind) => $"hosts/{host}/engines/{WordOf(kind)}";

    /// <summary>Reads a target; false when it is no engine's.</summary>
    internal static bool TryParseTarget(string target, out HostId host, out EngineKind kind)
    {
        (host, kind) = (default, default);
        return target.Split('/') is ["hosts", var id, "engines", var segment]
            && HostId.TryParse(id, out host) && TryParse(segment, out kind);
    }
}
