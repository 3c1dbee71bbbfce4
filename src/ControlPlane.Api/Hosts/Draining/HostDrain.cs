using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Hosts.Draining;
using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Hosts.Draining;

/// <summary>The emptying of a host on its way. Kept in its operation.</summary>
public sealed class HostDrain
{
    /// <summary>As it was asked for.</summary>
    public required DrainHost Wanted { get; init; }

    /// <summary>Until when.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>The VMs, in the order of their turns: those that came while it was accepted stand last.</summary>
    public required List<DrainItem> Items { get; init; }

    /// <summary>How many are through, moved or not.</summary>
    public int Through => Items.Count(item => item.Done || item.Left);

    /// <summary>How many are at work.</summary>
    public int AtWork => Items.Count(item => item is { Operation: not null, Done: false, Left: false });

    /// <summary>The drain of an operation, or null when that empties nothing.</summary>
    internal static HostDrain? Of(Operation operation) => operation is { Kind: OperationKind.DrainHost, Arguments: { } arguments }
        ? Persistence.StoreJson.Read<HostDrain>(arguments) : null;

    /// <summary>What becomes of a VM.</summary>
    internal DrainPolicy PolicyOf(string id, string name) => Words.Parse<DrainPolicy>(
        Wanted.Policies.TryGetValue(id, out var own) || Wanted.Policies.TryGetValue(name, out own) ? own : Wanted.Policy);
}
