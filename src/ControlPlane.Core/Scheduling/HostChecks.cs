using System.Globalization;
using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// The questions asked of a host, in a fixed order, in words. The scheduler asks the same of 64 hosts at a time
/// (<see cref="Question"/>); <see cref="Placement.Explain"/> holds the two against each other.
/// </summary>
internal static class HostChecks
{
    /// <summary>Every check with its need and have.</summary>
    internal static List<Check> Explain(HostSnapshot host, Demand demand, RuleBook rules)
    {
        var checks = new List<Check>(8 + demand.Resources.Count);
        if (demand.Host is { } wanted) { checks.Add(new("host", wanted.ToString(), host.Id.ToString(), Chosen(host, demand))); }
        if (demand.Leaving is { } leaving)
        {
            checks.Add(new("other-host", $"not {leaving.Host}, which it leaves", host.Id.ToString(), Left(host, leaving)));
        }
        checks.Add(new("state", "ACTIVE", Word(host.State), State(host)));
        if (host.HeldBack) { checks.Add(new("steady", "no lease missed for a while", "it comes and goes", Verdict.NotNow)); }
        if (demand.WithoutImage || demand.RealHostOnly)
        {
            var need = demand.WithoutImage ? "SIMULATED (no image given)" : "QEMU (an image is given)";
            checks.Add(new("driver", need, Word(host.Driver), Driver(host, demand)));
        }
        if (demand.Zone is { } zone) { checks.Add(new("zone", zone, host.Zone ?? "none", Zone(host, demand))); }
        if (demand.HostLabels.Count > 0)
        {
            checks.Add(new("labels", Words(demand.HostLabels), Words(host.Labels), Carries(host.Labels, demand.HostLabels)));
        }
        if (demand.RequiredTraits.Count > 0)
        {
            checks.Add(new("traits", string.Join(", ", demand.RequiredTraits), string.Join(", ", host.Traits), Traits(host, demand)));
        }
        if (demand.ForbiddenTraits.Count > 0)
        {
            var none = $"none of {string.Join(", ", demand.ForbiddenTraits)}";
            checks.Add(new("forbidden-traits", none, string.Join(", ", host.Traits), Forbidden(host, demand)));
        }
        PlatformChecks.Add(checks, host, demand);
        foreach (var selector in demand.Selectors.Where(selector => selector.Zone is not null || selector.Labels.Count > 0))
        {
            checks.Add(new("pool", Words(selector.Zone, selector.Labels), Words(host.Zone, host.Labels), Selected(host, selector)));
        }
        checks.AddRange(rules.Of(host));
        var verdict = Engine(host, demand, out var share);
        if (demand.Engine is { } choice) { checks.Add(new("engine", Word(choice), EngineWords(host, share), verdict)); }
        foreach (var (resource, amount) in demand.Resources)
        {
            var free = Number(FreeOf(host, share, resource));
            checks.Add(new($"resource:{resource}", Number(amount), free, Room(host, share, resource, amount)));
        }
        NumaChecks.Add(checks, host, demand);
        return checks;
    }

    /// <summary>Whether a host is of the kind asked for, but for its engines and for one that may be named.</summary>
    internal static bool IsOfKind(HostSnapshot host, Demand demand) =>
        Explain(host, demand with { Host = null, Engine = null }, RuleBook.None).TrueForAll(check => check.Verdict != Verdict.Mismatch)
        && (demand.Group is not { Strictness: Strictness.Hard } group || RuleBook.DomainOf(host, group.Scope) is not null)
        && (demand.Spread is not { Mode: Strictness.Hard } spread || RuleBook.DomainOf(host, spread.Over) is not null);

    /// <summary>The engine that would be used, or comes nearest; null when none will do or none is asked for.</summary>
    internal static EngineSnapshot? NearestEngine(HostSnapshot host, Demand demand)
    {
        Engine(host, demand, out var nearest);
        return nearest;
    }

    /// <summary>The room that is missing, as the sum of shares of what is asked for.</summary>
    internal static double Missing(HostSnapshot host, Demand demand)
    {
        Engine(host, demand, out var share);
        var sum = 0.0;
        foreach (var (resource, amount) in demand.Resources)
        {
            sum += Math.Max(0, amount - FreeOf(host, share, resource)) / (double)amount;
        }
        return sum + NumaChecks.Missing(host, demand);
    }

    // A mismatch outweighs smallness: a host that was not asked for says nothing of the size. Smallness outweighs "not now".
    private static Verdict Worst(Verdict left, Verdict right) => Weight(left) >= Weight(right) ? left : right;

    private static int Weight(Verdict verdict) => verdict switch
    {
        Verdict.Pass => 0,
        Verdict.NotNow => 1,
        Verdict.TooSmall => 2,
        Verdict.Mismatch => 3,
    };

    private static Verdict If(bool holds, Verdict otherwise) => holds ? Verdict.Pass : otherwise;
    private static Verdict Chosen(HostSnapshot host, Demand demand) => If(demand.Host is not { } id || id == host.Id, Verdict.Mismatch);
    private static Verdict Left(HostSnapshot host, LeavingVm leaving) => If(host.Id != leaving.Host, Verdict.Mismatch);
    private static Verdict State(HostSnapshot host) => If(host.State == HostState.Active, Verdict.NotNow);
    private static Verdict Driver(HostSnapshot host, Demand demand) =>
        demand.WithoutImage ? If(host.Driver == HostDriver.Simulated, Verdict.Mismatch)
        : If(!demand.RealHostOnly || host.Driver == HostDriver.Qemu, Verdict.Mismatch);
    private static Verdict Zone(HostSnapshot host, Demand demand) => If(demand.Zone is null || demand.Zone == host.Zone, Verdict.Mismatch);

    private static Verdict Traits(HostSnapshot host, Demand demand)
    {
        for (var i = 0; i < demand.RequiredTraits.Count; i++)
        {
            if (!host.Traits.Contains(demand.RequiredTraits[i])) { return Verdict.Mismatch; }
        }
        return Verdict.Pass;
    }

    private static Verdict Forbidden(HostSnapshot host, Demand demand)
    {
        for (var i = 0; i < demand.ForbiddenTraits.Count; i++)
        {
            if (host.Traits.Contains(demand.ForbiddenTraits[i])) { return Verdict.Mismatch; }
        }
        return Verdict.Pass;
    }

    private static Verdict Selected(HostSnapshot host, HostSelector selector) =>
        selector.Zone is not null && selector.Zone != host.Zone ? Verdict.Mismatch : Carries(host.Labels, selector.Labels);

    private static Verdict Carries(IReadOnlyDictionary<string, string> have, IReadOnlyDictionary<string, string> need)
    {
        if (need.Count == 0) { return Verdict.Pass; }
        foreach (var (key, value) in need)
        {
            if (!have.TryGetValue(key, out var there) || there != value) { return Verdict.Mismatch; }
        }
        return Verdict.Pass;
    }

    // ANY takes hardware where it works and has room, else software; where neither will do, the words are of the one that comes nearest.
    private static Verdict Engine(HostSnapshot host, Demand demand, out EngineSnapshot? nearest)
    {
        nearest = null;
        if (demand.Engine is not { } choice) { return Verdict.Pass; }
        for (var i = 0; i < host.Engines.Count; i++)
        {
            var candidate = host.Engines[i];
            if (Accepts(choice, candidate.Kind) && (nearest is null || Distance(host, candidate, demand) < Distance(host, nearest, demand)))
            {
                nearest = candidate;
            }
        }
        return nearest is null ? Verdict.Mismatch : If(nearest.Usable, Verdict.NotNow);
    }

    // Of two engines that lack the same, the one that works is nearer.
    private static int Distance(HostSnapshot host, EngineSnapshot engine, Demand demand)
    {
        var worst = If(engine.Usable, Verdict.NotNow);
        foreach (var (resource, amount) in demand.Resources) { worst = Worst(worst, Room(host, engine, resource, amount)); }
        return (2 * Weight(worst)) + (engine.Usable ? 0 : 1);
    }

    private static bool Accepts(EngineChoice choice, EngineKind kind) => choice switch
    {
        EngineChoice.Any => true,
        EngineChoice.Hardware => kind == EngineKind.Hardware,
        EngineChoice.Software => kind == EngineKind.Software,
    };

    private static Verdict Room(HostSnapshot host, EngineSnapshot? share, ResourceClass resource, long amount) =>
        amount > CapacityOf(host, share, resource) ? Verdict.TooSmall : If(amount <= FreeOf(host, share, resource), Verdict.NotNow);

    internal static long CapacityOf(HostSnapshot host, EngineSnapshot? share, ResourceClass resource)
    {
        if (Bars(share, resource)) { return 0; }
        var (own, its) = (host.Capacity[resource], share?.Capacity[resource] ?? 0);
        return own == 0 ? its : its == 0 ? own : Math.Min(own, its);
    }

    internal static long FreeOf(HostSnapshot host, EngineSnapshot? share, ResourceClass resource)
    {
        if (Bars(share, resource)) { return 0; }
        var (own, its) = (host.Capacity[resource], share?.Capacity[resource] ?? 0);
        var ownFree = own - host.Used[resource];
        var itsFree = its - (share?.Used[resource] ?? 0);
        return own == 0 ? itsFree : its == 0 ? ownFree : Math.Min(ownFree, itsFree);
    }

    private static bool Bars(EngineSnapshot? share, ResourceClass resource)
    {
        for (var i = 0; i < (share?.Barred.Count ?? 0); i++)
        {
            if (share!.Barred[i] == resource) { return true; }
        }
        return false;
    }

    private static string Number(long amount) => amount.ToString(CultureInfo.InvariantCulture);
    private static string Word(Enum value) => value.ToString().ToUpperInvariant();
    private static string Words(IReadOnlyDictionary<string, string> labels) => labels.Count == 0 ? "none"
        : string.Join(", ", labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));
    private static string Words(string? zone, IReadOnlyDictionary<string, string> labels) =>
        zone is null ? Words(labels) : labels.Count == 0 ? $"zone={zone}" : $"zone={zone}, {Words(labels)}";
    private static string EngineWords(HostSnapshot host, EngineSnapshot? nearest) =>
        nearest is { Usable: true } ? Word(nearest.Kind)
        : host.Engines.Count == 0 ? "none"
        : string.Join(", ", host.Engines.Select(each => each.Usable ? Word(each.Kind) : $"{Word(each.Kind)}: {each.Reason}"));
}
