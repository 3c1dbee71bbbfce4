using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Api.Hosts.Liveness;

/// <summary>
/// What a look reads of a <see cref="HostStandingRow"/>: a value, since each of ten thousand is read every second or so and hardly ever
/// says anything new.
/// </summary>
internal readonly record struct SeenHost(
    HostId Host, HostLiveness State, long Session, long Renewals, long LengthMs, long MarginMs, int DriftPermille, KeptProof? Proof)
{
    /// <summary>
    /// Whether its silence would tell of the network: not of one that an operator stated to be off, or whose agent said that all is ended.
    /// </summary>
    internal bool MayBeSilent => Session > 0 && Proof is null or { Kind: ProofKind.LeaseOver };

    /// <summary>The terms of its lease.</summary>
    internal LeaseTerms Terms => HostStandingRow.Terms(Host, LengthMs, MarginMs, DriftPermille);

    /// <summary>Whether its lease has the terms of the other.</summary>
    internal bool HasTermsOf(SeenHost other) =>
        (LengthMs, MarginMs, DriftPermille) == (other.LengthMs, other.MarginMs, other.DriftPermille);
}
