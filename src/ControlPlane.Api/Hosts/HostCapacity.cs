using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Json;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Agents;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;

namespace ControlPlane.Api.Hosts;

/// <summary>What an owner may make of a host's capacity.</summary>
internal static class HostCapacity
{
    /// <summary>Terms that have been validated.</summary>
    internal static InventoryTerms TermsOf(CapacityTerms terms) =>
        new(terms.Total, terms.Reserved, ResourceRules.RatioOf(terms.Overcommit));

    /// <summary>Resizes the classes that change; the refusal when that cannot be, and then nothing has changed.</summary>
    internal static Problem? Change(
        Host host, IReadOnlyDictionary<string, CapacityTerms> before, IReadOnlyDictionary<string, CapacityTerms> wanted)
    {
        var changed = wanted.Where(pair => pair.Value != before.GetValueOrDefault(pair.Key))
            .ToDictionary(pair => ResourceClass.Parse(pair.Key), pair => TermsOf(pair.Value));
        if (Impossible(host, before, wanted, changed) is { } problem) { return problem; }
        return changed.Count == 0 || host.TryResize(changed)
            ? null
            : new Problem(ProblemCode.InsufficientResources, Shortage(host, changed));
    }

    private static Problem? Impossible(
        Host host, IReadOnlyDictionary<string, CapacityTerms> before, IReadOnlyDictionary<string, CapacityTerms> wanted,
        Dictionary<ResourceClass, InventoryTerms> changed)
    {
        var faults = new FaultList();
        foreach (var gone in before.Keys.Where(resource => !wanted.ContainsKey(resource)))
        {
            faults.Add($"capacity.{gone}", "cannot be taken from the host; give it another total, or reserve all of it");
        }
        var found = host.Facts is { } facts ? Found(StoreJson.Read<HostFacts>(facts)) : [];
        foreach (var (resource, terms) in changed)
        {
            if (found.TryGetValue(resource, out var most) && terms.Total > most && terms.Total > (host.Of(null, resource)?.Total ?? 0))
            {
                faults.Add($"capacity.{resource}", $"total cannot be above {most}, which was found there; raise overcommit instead");
            }
        }
        return faults.IsEmpty ? null : faults.ToProblem();
    }

    private static Dictionary<ResourceClass, long> Found(HostFacts facts) => new()
    {
        [ResourceClass.Vcpu] = facts.Vcpus, [ResourceClass.MemoryMiB] = facts.MemoryMiB, [ResourceClass.DiskGiB] = facts.DiskGiB,
    };

    private static string Shortage(Host host, Dictionary<ResourceClass, InventoryTerms> changed)
    {
        var shortages = changed.OrderBy(pair => pair.Key).Select(pair => Shortage(host, pair.Key, pair.Value)).OfType<string>().ToList();
        return $"More is promised than would be left on host {host.Name}: {string.Join("; ", shortages)}. "
            + "Give allocations back first, or leave more.";
    }

    private static string? Shortage(Host host, ResourceClass resource, InventoryTerms terms)
    {
        foreach (var entry in host.Inventory.Where(entry => entry.Resource == resource).OrderBy(entry => entry.Scope))
        {
            var ratio = entry.Engine is null ? terms.Overcommit : entry.Overcommit;
            var left = ratio.Of(terms.Total - terms.Reserved);
            if (entry.Used > left) { return $"of {resource} {entry.Used} are promised{On(entry)} and {left} would be left"; }
        }
        return null;
    }

    private static string On(Inventory entry) => entry.Engine is { } kind ? $" on its {EnginePath.WordOf(kind)} engine" : "";
}
