using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Preemption;

namespace ControlPlane.Api.Preemption;

/// <summary>That stopping some VMs makes room.</summary>
/// <param name="Plan">Whom, where.</param>
/// <param name="Kept">The same, as it is kept.</param>
/// <param name="Forbidding">Names of the pools that do not allow it; empty when it can be done.</param>
internal sealed record PreemptionFinding(PreemptionPlan Plan, KeptPreemption Kept, IReadOnlyList<string> Forbidding);
