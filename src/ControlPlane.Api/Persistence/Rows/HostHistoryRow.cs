using ControlPlane.Core.Hosts;

namespace ControlPlane.Api.Persistence.Rows;

/// <summary>What was promised of a host since a revision.</summary>
public sealed class HostHistoryRow
{
    public HostId Host { get; set; }

    /// <summary>The revision of the change that made it so.</summary>
    public long Revision { get; set; }

    /// <summary>Which shape it had; null since it is gone.</summary>
    public string? Shape { get; set; }

    /// <summary>What was promised of it and who was on it, as JSON; null since it is gone.</summary>
    public string? Use { get; set; }
}
