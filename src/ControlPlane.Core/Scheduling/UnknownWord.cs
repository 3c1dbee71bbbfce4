using ControlPlane.Core.AffinityGroups;

namespace ControlPlane.Core.Scheduling;

/// <summary>A word that a demand names and that no host has: most likely a typing error, and never met by waiting.</summary>
/// <param name="Member">Where it stands, such as <c>zone</c> or <c>hostLabels.rack</c>.</param>
/// <param name="Word">The word.</param>
/// <param name="Known">Those that hosts have there, in their order.</param>
public sealed record UnknownWord(string Member, string Word, IReadOnlyList<string> Known)
{
    /// <summary>The first that a demand names, or null. Of a fleet without hosts no word is known, and none is called unknown.</summary>
    public static UnknownWord? In(Demand demand, FleetSnapshot fleet) => fleet.Count == 0 ? null
        : Zone(demand, fleet) ?? Label(demand, fleet) ?? Trait(demand, fleet) ?? Domain(demand, fleet);

    private static UnknownWord? Zone(Demand demand, FleetSnapshot fleet) =>
        demand.Zone is not { } zone || fleet.Carries(HostAttribute.Zone(zone)) ? null
        : new("zone", zone, Sorted(fleet.Hosts.Select(host => host.Zone).OfType<string>()));

    private static UnknownWord? Label(Demand demand, FleetSnapshot fleet)
    {
        foreach (var (key, value) in demand.HostLabels)
        {
            if (fleet.Carries(HostAttribute.Label(key, value))) { continue; }
            var values = Sorted(fleet.Hosts.Select(host => host.Labels.GetValueOrDefault(key)).OfType<string>());
            return values.Count > 0 ? new($"hostLabels.{key}", value, values) : new("hostLabels", key, Keys(fleet));
        }
        return null;
    }

    private static UnknownWord? Trait(Demand demand, FleetSnapshot fleet)
    {
        foreach (var trait in demand.RequiredTraits)
        {
            if (!fleet.Carries(HostAttribute.Trait(trait)))
            {
                return new("requiredTraits", trait, Sorted(fleet.Hosts.SelectMany(host => host.Traits)));
            }
        }
        return null;
    }

    private static UnknownWord? Domain(Demand demand, FleetSnapshot fleet)
    {
        if (demand.Spread?.Over is not { Kind: FailureDomainKind.Label } over) { return null; }
        var keys = Keys(fleet);
        return keys.Contains(over.Key) ? null : new("spread.over", over.ToString(), [.. keys.Select(key => $"label:{key}")]);
    }

    private static IReadOnlyList<string> Keys(FleetSnapshot fleet) => Sorted(fleet.Hosts.SelectMany(host => host.Labels.Keys));

    private static IReadOnlyList<string> Sorted(IEnumerable<string> words) =>
        [.. words.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
