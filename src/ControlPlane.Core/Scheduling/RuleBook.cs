using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// The rules about who is where, in words: what <see cref="Rules"/> decides in numbers, made when somebody reads an explanation.
/// </summary>
internal sealed class RuleBook
{
    internal static readonly RuleBook None = new(FleetSnapshot.Empty, new() { Resources = ResourceVector.Empty });

    private readonly Demand demand;
    private readonly Dictionary<string, (int Vms, bool OfKind)> groups = [];
    private readonly Dictionary<string, (int Vms, bool OfKind)> spreads = [];
    private readonly Dictionary<string, int> rooms = [];
    private readonly int together;

    internal RuleBook(FleetSnapshot fleet, Demand demand)
    {
        this.demand = demand;
        if (demand.Group is null && demand.Spread is null) { return; }
        foreach (var host in fleet.Hosts)
        {
            var ofKind = HostChecks.IsOfKind(host, demand);
            var there = host.Occupancy;
            if (demand.Spread is { } spread) { Count(spreads, DomainOf(host, spread.Over), there.CountOf(spread.Counted), ofKind); }
            if (demand.Group is not { } group) { continue; }
            Count(groups, DomainOf(host, group.Scope), there.CountOf(group.Group.Value), ofKind);
            together += there.CountOf(group.Group.Value);
        }
    }

    /// <summary>Every rule with its need and have.</summary>
    internal IEnumerable<Check> Of(HostSnapshot host)
    {
        if (demand.Tenancy is { } tenancy && (tenancy.Dedicated || host.Occupancy.DedicatedVms > 0))
        {
            yield return Of(host.Occupancy, tenancy);
        }
        if (demand.Group is { } group) { yield return Of(DomainOf(host, group.Scope), group); }
        if (demand.Spread is { } spread) { yield return Of(DomainOf(host, spread.Over), spread); }
    }

    /// <summary>Whether a rule ranks hosts.</summary>
    internal bool Rank => Grows || demand.Group is { Strictness: Strictness.Soft } || demand.Spread is { Mode: Strictness.Soft };

    /// <summary>Whether it is for the first of a group that has to stay together, which goes where there is room for others.</summary>
    internal bool Grows => Growth.IsAskedBy(demand) && together == 0;

    /// <summary>The demand without the rules that only rank: the same hosts fit.</summary>
    internal Demand Bare => demand with
    {
        Group = Grows || demand.Group is { Strictness: Strictness.Soft } ? null : demand.Group,
        Spread = demand.Spread is { Mode: Strictness.Soft } ? null : demand.Spread,
    };

    /// <summary>Notes how many of it a host holds, of those on which it fits; all of them before any score is asked for.</summary>
    internal void Count(HostSnapshot host, Candidate fitting)
    {
        if (!Grows || DomainOf(host, demand.Group!.Scope) is not { } domain) { return; }
        var share = host.Engines.FirstOrDefault(engine => engine.Kind == fitting.Engine);
        var holds = demand.Resources.Select(each => HostChecks.FreeOf(host, share, each.Key) / each.Value).Append(int.MaxValue).Min();
        rooms[domain] = (int)Math.Min(int.MaxValue, rooms.GetValueOrDefault(domain) + holds);
    }

    /// <summary>What the algorithm and each rule that ranks say of a host.</summary>
    internal IReadOnlyList<KeyValuePair<string, float>> Scores(HostSnapshot host, float bare)
    {
        var scores = new List<KeyValuePair<string, float>>(3) { new("algorithm", bare) };
        if (Grows) { scores.Add(new("roomToGrow", (float)rooms[DomainOf(host, demand.Group!.Scope)!] / rooms.Values.Max())); }
        if (demand.Group is { Strictness: Strictness.Soft } group)
        {
            var there = DomainOf(host, group.Scope) is { } domain ? groups[domain].Vms : -1;
            scores.Add(new("affinityGroup", there < 0 ? 0 : group.Policy == AffinityPolicy.AntiAffinity ? 1f / (1 + there)
                : together == 0 ? 1 : (float)there / together));
        }
        if (demand.Spread is { Mode: Strictness.Soft } spread)
        {
            var skew = DomainOf(host, spread.Over) is { } domain ? spreads[domain].Vms + 1 - Fewest : -1;
            scores.Add(new("spread", skew < 0 ? 0 : Math.Min(1, (float)spread.MaxSkew / skew)));
        }
        return scores;
    }

    /// <summary>The zone or the value of the label that a host is in; the host itself where hosts are the domains; null for none.</summary>
    internal static string? DomainOf(HostSnapshot host, FailureDomain scope) => scope.Kind switch
    {
        FailureDomainKind.Host => host.Id.ToString(),
        FailureDomainKind.Zone => host.Zone,
        FailureDomainKind.Label => host.Labels.GetValueOrDefault(scope.Key),
    };

    private int Fewest => spreads.Values.Where(each => each.OfKind).Select(each => each.Vms).DefaultIfEmpty(0).Min();

    private static Check Of(HostOccupancy there, Tenancy tenancy)
    {
        var alone = there.Vms == 0 || (there.DedicatedTo == tenancy.Project && there.DedicatedVms == there.Vms);
        var fits = tenancy.Dedicated ? alone : there.DedicatedVms == 0;
        var need = tenancy.Dedicated ? "none but dedicated VMs of its project" : "not a host that is dedicated";
        var have = there.DedicatedVms == 0 ? Vms(there.Vms) : $"{Vms(there.Vms)}, {there.DedicatedVms} of them dedicated";
        return new("dedicated", need, have, fits ? Verdict.Pass : Verdict.NotNow);
    }

    private Check Of(string? domain, GroupRule rule)
    {
        var apart = rule.Policy == AffinityPolicy.AntiAffinity;
        var there = domain is null ? 0 : groups[domain].Vms;
        var fits = apart ? there == 0 : together == 0 || there > 0;
        var where = rule.Scope.Kind switch
        {
            FailureDomainKind.Host => "on the host",
            FailureDomainKind.Zone => "in the zone",
            FailureDomainKind.Label => $"in the {rule.Scope.Key}",
        };
        var need = apart ? $"no VM of it {where}" : together == 0 ? "anywhere for the first of it" : $"others of it {where}";
        return new($"group:{rule.Name}", Softly(need, rule.Strictness),
            domain is null ? Nowhere(rule.Scope) : $"{there} of {Vms(together)}", Judge(domain is not null, fits, rule.Strictness));
    }

    private Check Of(string? domain, SpreadRule rule)
    {
        var fewest = Fewest;
        var there = domain is null ? 0 : spreads[domain].Vms;
        var need = $"at most {rule.MaxSkew} more of {rule.Of} than where it has fewest ({fewest})";
        return new($"spread:{rule.Over}", Softly(need, rule.Mode), domain is null ? Nowhere(rule.Over) : $"{there + 1} with it in {domain}",
            Judge(domain is not null, there + 1 - fewest <= rule.MaxSkew, rule.Mode));
    }

    // A soft rule refuses nobody. Against a hard one a VM that goes may help; a host in no domain stays in none.
    private static Verdict Judge(bool inDomain, bool fits, Strictness strictness) =>
        strictness == Strictness.Soft || (inDomain && fits) ? Verdict.Pass : inDomain ? Verdict.NotNow : Verdict.Mismatch;

    private static void Count(Dictionary<string, (int Vms, bool OfKind)> counts, string? domain, int vms, bool ofKind)
    {
        if (domain is null) { return; }
        var there = counts.GetValueOrDefault(domain);
        counts[domain] = (there.Vms + vms, there.OfKind || ofKind);
    }

    private static string Softly(string need, Strictness strictness) => strictness == Strictness.Soft ? $"preferably {need}" : need;

    private static string Nowhere(FailureDomain scope) => scope.Kind == FailureDomainKind.Zone ? "no zone" : $"no label {scope.Key}";

    private static string Vms(int count) => count == 1 ? "1 VM" : $"{count} VMs";
}
