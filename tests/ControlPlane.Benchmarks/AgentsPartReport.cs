namespace ControlPlane.Benchmarks;

/// <summary>What the agents of a part have seen.</summary>
/// <param name="RenewalsMs">How long each renewal of a lease took.</param>
/// <param name="Ended">How many agents do not run any more.</param>
/// <param name="Refusals">What sessions and renewals were refused with.</param>
internal sealed record AgentsPartReport(IReadOnlyList<double> RenewalsMs, int Ended, IReadOnlyList<string> Refusals);
