using ControlPlane.Api.Http;
using ControlPlane.Api.Placements;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Api.Allocations;

/// <summary>Why the one host that was named does not take it. The sentence speaks of that host; no other was asked.</summary>
internal static class NamedHostRefusal
{
    private const string Room = "resource:";

    internal static Problem Of(Host host, Decision decision)
    {
        if (Unknown(host, decision.Demand) is { } unknown)
        {
            return new Problem(ProblemCode.UnknownResourceClass,
                $"Host {host.Name} has no resource class '{unknown}'; see its capacity and engines.");
        }
        if (Contradiction.In(decision.Demand) is { } pair) { return PlacementService.Contradictory(pair); }
        var failed = decision.Placement.Explain().First(verdict => verdict.Host == host.Id).Checks
            .Where(check => check.Verdict != Verdict.Pass).ToList();
        return failed.Find(check => !check.Name.StartsWith(Room, StringComparison.Ordinal)) is { } state
            ? new Problem(ProblemCode.InvalidState,
                $"Host {host.Name} cannot take it: {state.Name} is {state.Have}, and {state.Need} is needed. Name another host, or none.")
            : Shortage(host, failed).WithRecord(decision);
    }

    private static Problem Shortage(Host host, List<Check> failed)
    {
        var lack = failed.Find(check => check.Verdict == Verdict.TooSmall) ?? failed[0];
        var amount = $"{lack.Need} {lack.Name[Room.Length..]}";
        return lack.Verdict == Verdict.TooSmall
            ? new Problem(ProblemCode.ExceedsEveryHost,
                $"Host {host.Name} could never hold {amount}, even empty. Ask for less, or name a larger host.")
            : new Problem(ProblemCode.InsufficientCapacity, $"Host {host.Name} has no room for {amount} now: {lack.Have} are free.");
    }

    private static ResourceClass? Unknown(Host host, Demand demand)
    {
        foreach (var (resource, _) in demand.Resources)
        {
            if (!host.Inventory.Any(entry => entry.Resource == resource && entry.Total is not null && Counts(entry, demand)))
            {
                return resource;
            }
        }
        return null;
    }

    // What only an engine has is there for those alone who take from that engine.
    private static bool Counts(Inventory entry, Demand demand) =>
        entry.Engine is null || (demand.Engine is { } choice && Words.Of(choice) == Words.Of(entry.Engine));
}
