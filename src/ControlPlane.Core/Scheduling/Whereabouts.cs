using ControlPlane.Core.AffinityGroups;

namespace ControlPlane.Core.Scheduling;

/// <summary>Where a group is that wants to be together, held against what one more of it asks for besides.</summary>
internal static class Whereabouts
{
    private const int MaxNamed = 3;

    /// <summary>The group, and the one constraint that no host meets where the group is; null when there is none such.</summary>
    internal static Contradiction? Contradict(Demand demand, FleetSnapshot fleet)
    {
        if (demand.Group is not { Strictness: Strictness.Hard, Policy: AffinityPolicy.Affinity } group) { return null; }
        var domains = fleet.Hosts.Where(host => host.Occupancy.CountOf(group.Group.Value) > 0)
            .Select(host => RuleBook.DomainOf(host, group.Scope)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (domains.Count == 0) { return null; }
        var there = fleet.Hosts.Where(host => RuleBook.DomainOf(host, group.Scope) is { } domain && domains.Contains(domain)).ToList();
        return Against(demand).FirstOrDefault(each => !there.Exists(each.Meets)) is { Words: { } words }
            ? new($"affinityGroup: {group.Name}, whose VMs are in {Named(there, group, domains)}", words) : null;
    }

    private static IEnumerable<(string? Words, Predicate<HostSnapshot> Meets)> Against(Demand demand)
    {
        if (demand.Host is { } named) { yield return ($"host: {named}", host => host.Id == named); }
        if (demand.Zone is { } zone) { yield return ($"zone: {zone}", host => host.Zone == zone); }
        foreach (var (key, value) in demand.HostLabels) { yield return ($"hostLabels: {key}={value}", host => Carries(host, key, value)); }
        foreach (var trait in demand.RequiredTraits) { yield return ($"requiredTraits: {trait}", host => host.Traits.Contains(trait)); }
        foreach (var trait in demand.ForbiddenTraits) { yield return ($"forbiddenTraits: {trait}", host => !host.Traits.Contains(trait)); }
        foreach (var selector in demand.Selectors)
        {
            if (selector.Zone is { } its) { yield return ($"the pool's hostSelector.zone: {its}", host => host.Zone == its); }
            foreach (var (key, value) in selector.Labels)
            {
                yield return ($"the pool's hostSelector.labels: {key}={value}", host => Carries(host, key, value));
            }
        }
    }

    private static bool Carries(HostSnapshot host, string key, string value) => host.Labels.TryGetValue(key, out var its) && its == value;

    private static string Named(List<HostSnapshot> there, GroupRule group, HashSet<string> domains)
    {
        var names = group.Scope == FailureDomain.Host ? there.Select(host => host.Name) : domains.Order(StringComparer.Ordinal);
        var more = domains.Count > MaxNamed ? $" and {domains.Count - MaxNamed} more" : "";
        return $"{group.Scope} {string.Join(", ", names.Take(MaxNamed))}{more}";
    }
}
