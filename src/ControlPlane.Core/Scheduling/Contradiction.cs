using ControlPlane.Core.AffinityGroups;

namespace ControlPlane.Core.Scheduling;

/// <summary>Two things that a demand asks for and that no host, now or ever, can be together.</summary>
/// <param name="One">The one, in words.</param>
/// <param name="Other">The other.</param>
public sealed record Contradiction(string One, string Other)
{
    /// <summary>The first pair that a demand contradicts itself by, whatever the fleet; null when there is none.</summary>
    public static Contradiction? In(Demand demand) => Traits(demand) ?? Zones(demand) ?? Labels(demand) ?? Spread(demand) ?? Group(demand);

    private static Contradiction? Traits(Demand demand)
    {
        foreach (var trait in demand.RequiredTraits)
        {
            if (demand.ForbiddenTraits.Contains(trait)) { return new($"requiredTraits: {trait}", $"forbiddenTraits: {trait}"); }
        }
        return null;
    }

    private static Contradiction? Zones(Demand demand)
    {
        var (zone, said) = (demand.Zone, $"zone: {demand.Zone}");
        foreach (var selector in demand.Selectors)
        {
            if (selector.Zone is not { } its) { continue; }
            if (zone is not null && zone != its) { return new(said, $"the pool's hostSelector.zone: {its}"); }
            (zone, said) = (its, $"the pool's hostSelector.zone: {its}");
        }
        return null;
    }

    private static Contradiction? Labels(Demand demand)
    {
        var wanted = demand.HostLabels.ToDictionary(
            label => label.Key, label => (label.Value, Said: $"hostLabels: {label.Key}={label.Value}"));
        foreach (var (key, value) in demand.Selectors.SelectMany(selector => selector.Labels))
        {
            var said = $"the pool's hostSelector.labels: {key}={value}";
            if (wanted.TryGetValue(key, out var other) && other.Value != value) { return new(other.Said, said); }
            wanted[key] = (value, said);
        }
        return null;
    }

    // Evenly over many, and in one alone.
    private static Contradiction? Spread(Demand demand)
    {
        if (demand.Spread is not { Mode: Strictness.Hard } spread) { return null; }
        var (one, key) = ($"spread: {spread.Over} HARD", spread.Over.Key);
        if (spread.Over == FailureDomain.Zone)
        {
            if (demand.Zone is { } zone) { return new(one, $"zone: {zone}"); }
            var its = demand.Selectors.FirstOrDefault(selector => selector.Zone is not null)?.Zone;
            return its is null ? null : new(one, $"the pool's hostSelector.zone: {its}");
        }
        if (demand.HostLabels.TryGetValue(key, out var value)) { return new(one, $"hostLabels: {key}={value}"); }
        var selected = demand.Selectors.FirstOrDefault(selector => selector.Labels.ContainsKey(key));
        return selected is null ? null : new(one, $"the pool's hostSelector.labels: {key}={selected.Labels[key]}");
    }

    // All on one host, or in one zone, and evenly over zones.
    private static Contradiction? Group(Demand demand) =>
        demand.Spread is { Mode: Strictness.Hard } spread
        && demand.Group is { Strictness: Strictness.Hard, Policy: AffinityPolicy.Affinity } group
        && (group.Scope == FailureDomain.Host || group.Scope == spread.Over)
            ? new($"affinityGroup: {group.Name}, which is AFFINITY HARD over {group.Scope}", $"spread: {spread.Over} HARD") : null;
}
