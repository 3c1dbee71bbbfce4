using System.Globalization;
using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Scheduling;

/// <summary>The least that would have to be otherwise for a host to fit: done all together, it fits.</summary>
internal static class Remedies
{
    private const string Resource = "resource:";

    /// <summary>One for each check that failed; two where one is not enough.</summary>
    internal static IReadOnlyList<Remedy> Of(HostSnapshot host, Demand demand, IEnumerable<Check> lacks) =>
        [.. lacks.SelectMany(lack => For(host, demand, lack)).SelectMany(change => Widened(demand, change)).Distinct()];

    // With one constraint less there are more hosts of the kind, and so perhaps a domain with fewer than before.
    private static IEnumerable<Remedy> Widened(Demand demand, Remedy change) =>
        demand.Spread is { Mode: Strictness.Hard }
        && change.Kind is RemedyKind.Drop or RemedyKind.TakeOtherPool or RemedyKind.ChangeImage ? [change, Drop("spread")] : [change];

    private static IEnumerable<Remedy> For(HostSnapshot host, Demand demand, Check lack) => lack.Name switch
    {
        "host" => [Drop("host")],
        "other-host" => [new(RemedyKind.Drop, "host", null, "take another host than the one that it leaves")],
        "machine" => [new(RemedyKind.Drop, "algorithm", null, "move it with the algorithm COLD")],
        "state" => [State(host)],
        "steady" => [new(RemedyKind.Recover, host.Name, null, $"wait until host {host.Name} has been steady for a while")],
        "driver" => [new(RemedyKind.ChangeImage, "image", null, demand.WithoutImage ? "give an image" : "give no image")],
        "zone" => [Drop("zone")],
        "labels" => [Drop("hostLabels")],
        "traits" => [Drop("requiredTraits")],
        "forbidden-traits" => [Drop("forbiddenTraits")],
        "cpu-features" => [Drop("cpuFeatures")],
        "cpu-model" => [Drop("cpuModel")],
        "storage" => [new(RemedyKind.Drop, "sharedDisks", null, $"give host {host.Name} the storage that the disk is on")],
        "isolation" or "cores" => [Drop("isolation.level")],
        "numa" => demand.Numa.Pinned ? [Drop("numa"), Drop("isolation.level")] : [Drop("numa")],
        "architecture" or "firmware" => [new(RemedyKind.ChangeImage, "image", null, $"take an image with another {lack.Name}")],
        "pool" => [new(RemedyKind.TakeOtherPool, "pool", null, $"take a pool that lets host {host.Name} in")],
        "dedicated" => Tenancy(host, demand),
        "engine" => [Engine(host, demand)],
        _ when lack.Name.StartsWith(Resource, StringComparison.Ordinal) =>
            Room(host, demand, ResourceClass.Parse(lack.Name[Resource.Length..])),
        _ when lack.Name.StartsWith("group:", StringComparison.Ordinal) => [Drop("affinityGroup")],
        _ => [Drop("spread")],
    };

    private static Remedy Drop(string member) => new(RemedyKind.Drop, member, null, $"drop {member}");

    private static Remedy State(HostSnapshot host) => host.State switch
    {
        HostState.Cordoned => new(RemedyKind.Uncordon, host.Name, null, $"uncordon host {host.Name}"),
        HostState.Draining or HostState.Maintenance => new(RemedyKind.Activate, host.Name, null, $"activate host {host.Name}"),
        HostState.Active or HostState.Suspect or HostState.Lost or HostState.Fenced =>
            new(RemedyKind.Recover, host.Name, null, $"bring host {host.Name} back"),
    };

    // Those who go may be the ones that it wants to be with.
    private static IEnumerable<Remedy> Tenancy(HostSnapshot host, Demand demand)
    {
        if (host.Occupancy.DedicatedVms == 0) { return [Drop("isolation.level")]; }
        var (name, vms) = (host.Name, host.Occupancy.Vms);
        var words = Line($"move the {(vms == 1 ? "VM" : $"{vms} VMs")} of host {name} elsewhere");
        var evacuate = new Remedy(RemedyKind.Evacuate, name, vms, words);
        return demand.Group is { Policy: AffinityPolicy.Affinity, Strictness: Strictness.Hard }
            ? [evacuate, Drop("affinityGroup")] : [evacuate];
    }

    private static Remedy Engine(HostSnapshot host, Demand demand)
    {
        if (HostChecks.NearestEngine(host, demand) is { } engine)
        {
            return new(RemedyKind.StartEngine, Word(engine.Kind), null, $"start the {Word(engine.Kind)} engine of host {host.Name}");
        }
        var kind = Word(demand.Engine == EngineChoice.Hardware ? EngineKind.Hardware : EngineKind.Software);
        return new(RemedyKind.AddEngine, kind, null, $"give host {host.Name} a {kind} engine");
    }

    private static IEnumerable<Remedy> Room(HostSnapshot host, Demand demand, ResourceClass resource)
    {
        var engine = HostChecks.NearestEngine(host, demand);
        var (need, free) = (demand.Resources[resource], HostChecks.FreeOf(host, engine, resource));
        var most = HostChecks.CapacityOf(host, engine, resource);
        if (need > most)
        {
            var next = free > 0 ? free : most;
            var words = next == 0 ? $"ask for no {resource}" : Line($"lower {resource} to {next}");
            yield return new(RemedyKind.Lower, resource.ToString(), next, words);
            need = next;
        }
        if (need > free)
        {
            yield return new(RemedyKind.Free, resource.ToString(), need - free, Line($"free {need - free} {resource} on host {host.Name}"));
        }
    }

    private static string Word(EngineKind kind) => kind.ToString().ToUpperInvariant();

    private static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);
}
