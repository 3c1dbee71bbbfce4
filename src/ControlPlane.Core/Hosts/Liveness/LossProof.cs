namespace ControlPlane.Core.Hosts.Liveness;

/// <summary>Why a host's VMs may be started elsewhere. Silence alone is none.</summary>
public abstract record LossProof
{
    private LossProof() { }

    /// <summary>Its lease and the margin are past on the service's clock since its renewals stood at this count. Proves the end of those
    /// guests only that the host has promised to end.</summary>
    public sealed record LeaseOver(long Renewals) : LossProof;

    /// <summary>Its agent says, in this session, that all its guests are ended and given up.</summary>
    public sealed record AgentsWord(long Session) : LossProof;

    /// <summary>An operator says that the machine is off, having looked while this session was its newest: one that has come back since
    /// was not meant. Believed for every guest: who says it wrongly runs a VM twice.</summary>
    public sealed record OperatorsStatement(long Session, string By, string Reason) : LossProof;
}
