using ControlPlane.Core.Hosts;
using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Hosts.Recovering;

/// <summary>The start of a VM elsewhere, as its operation keeps it.</summary>
/// <param name="From">The lost host.</param>
/// <param name="To">The host that it was given to; null where none had room.</param>
/// <param name="Refusal">Why none had room; null where one had.</param>
public sealed record RestartPlan(HostId From, HostId? To, string? Refusal)
{
    internal static RestartPlan Of(Operation operation) => Persistence.StoreJson.Read<RestartPlan>(operation.Arguments!);
}
