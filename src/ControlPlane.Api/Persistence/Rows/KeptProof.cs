using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Api.Persistence.Rows;

/// <summary>A <see cref="LossProof"/> as it is kept.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Number">The count of renewals of an ended lease, else the session.</param>
/// <param name="By">Who stated it.</param>
/// <param name="Reason">What was stated.</param>
public sealed record KeptProof(ProofKind Kind, long Number, string? By = null, string? Reason = null)
{
    internal static KeptProof? Of(LossProof? proof) => proof switch
    {
        null => null,
        LossProof.LeaseOver over => new(ProofKind.LeaseOver, over.Renewals),
        LossProof.AgentsWord word => new(ProofKind.AgentsWord, word.Session),
        LossProof.OperatorsStatement stated => new(ProofKind.OperatorsStatement, stated.Session, stated.By, stated.Reason),
        _ => throw new ArgumentOutOfRangeException(nameof(proof)),
    };

    internal LossProof Read() => Kind switch
    {
        ProofKind.LeaseOver => new LossProof.LeaseOver(Number),
        ProofKind.AgentsWord => new LossProof.AgentsWord(Number),
        ProofKind.OperatorsStatement => new LossProof.OperatorsStatement(Number, By ?? "", Reason ?? ""),
    };
}
