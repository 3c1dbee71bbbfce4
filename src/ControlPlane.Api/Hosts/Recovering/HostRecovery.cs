using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Hosts.Recovering;

/// <summary>The recovery of a lost host's VMs on its way. Kept in its operation.</summary>
public sealed class HostRecovery
{
    /// <summary>The proof on which the host was declared lost.</summary>
    public required KeptProof Proof { get; init; }

    /// <summary>The host's session that was lost: one that it begins later is another matter.</summary>
    public required long Session { get; init; }

    /// <summary>Until when room is looked for; it moves on while the brake holds.</summary>
    public required DateTimeOffset Deadline { get; set; }

    /// <summary>The VMs, in the order of their turns.</summary>
    public required List<RecoveryItem> Items { get; init; }

    /// <summary>How many are being started elsewhere.</summary>
    public int AtWork => Items.Count(item => item.Open && item.Operation is not null);

    /// <summary>How many are through, whatever became of them.</summary>
    public int Through => Items.Count(item => !item.Open);

    internal static HostRecovery? Of(Operation operation) => operation is { Kind: OperationKind.RecoverHost, Arguments: { } arguments }
        ? Persistence.StoreJson.Read<HostRecovery>(arguments) : null;
}
