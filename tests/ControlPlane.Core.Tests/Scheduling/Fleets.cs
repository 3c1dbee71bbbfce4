using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Tests.Resources;
using ControlPlane.Core.Vms;
using CsCheck;

namespace ControlPlane.Core.Tests.Scheduling;

/// <summary>Random hosts and demands. Words and amounts are few, so that they match often, and not always.</summary>
internal static class Fleets
{
    private static readonly Gen<string?> Zone = Gen.OneOf<string?>(null, "z1", "z2");

    private static readonly Gen<Dictionary<string, string>> Labels = Gen.Int[0, 8].Select(n => n switch
    {
        0 => new Dictionary<string, string> { ["disk"] = "ssd" },
        1 => new Dictionary<string, string> { ["disk"] = "hdd" },
        2 => new Dictionary<string, string> { ["disk"] = "ssd", ["gen"] = "5" },
        _ => [],
    });

    private static readonly Gen<string[]> Traits = Gen.OneOf<string[]>([], [], [], ["tpm"], ["avx512"], ["avx512", "tpm"]);

    private static readonly Gen<EngineSnapshot?> NoEngine = Gen.Const((EngineSnapshot?)null);

    private static readonly Gen<NodeSnapshot[]> Nodes = Gen.Select(Gen.Int[0, 6], Gen.Int[1, 2], Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 9],
        (cores, ratio, memory, used, wish) => new NodeSnapshot
        {
            Number = 0, Cores = cores, Vcpus = cores * ratio, MemoryMiB = memory, FreeMemoryMiB = Math.Max(0, memory - wish),
            FreeVcpus = Math.Max(0, (cores * ratio) - used), FreeCores = Math.Max(0, ((cores * ratio) - used) / ratio),
        }).Array[0, 4].Select(nodes => nodes.Select((node, number) => node with { Number = number }).ToArray());

    private static readonly Gen<HostPlatform> Platform = Gen.Select(
        Gen.Frequency((4, CpuArchitecture.X86_64), (1, CpuArchitecture.Aarch64)),
        Gen.OneOf<Firmware[]>([Firmware.Bios, Firmware.Uefi], [Firmware.Bios], [Firmware.Uefi]),
        Gen.OneOf<string?>(null, "EPYC", "Xeon"), Gen.OneOf<string[]>([], ["avx2"], ["avx2", "avx512f"]),
        Gen.OneOf<string?>(null, "here", "there"),
        (architecture, firmwares, model, features, storage) => new HostPlatform
        {
            Architecture = architecture, Firmwares = firmwares, CpuModel = model, CpuFeatures = features, SharedDisks = storage,
        });

    private static readonly Gen<HostSnapshot> Host = Gen.Select(BareHost(), Nodes, Platform, Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9]),
        (host, nodes, platform, cores) => host with
        {
            Nodes = nodes, Platform = platform, Cores = cores.Item1, FreeCores = Math.Min(cores.Item1, cores.Item2),
        });

    private static Gen<HostSnapshot> BareHost() => Gen.Select(
        Gen.Int[1, 60], Gen.Frequency((5, HostState.Active), (1, HostState.Cordoned), (1, HostState.Suspect)),
        Zone, Labels, Traits, Gen.Select(Some.Vector(9), Some.Vector(9)),
        Gen.Select(Engine(EngineKind.Hardware), Engine(EngineKind.Software)),
        (id, state, zone, labels, traits, room, engines) => new HostSnapshot
        {
            Id = new(new Guid(id, 0, 0, new byte[8])), Name = $"h{id}", State = state, Zone = zone, Labels = labels, Traits = traits,
            HeldBack = id % 11 == 0, Driver = id % 3 == 0 ? HostDriver.Qemu : HostDriver.Simulated,
            Capacity = room.Item1, Used = Below(room.Item1, room.Item2),
            Engines = [.. new[] { engines.Item1, engines.Item2 }.OfType<EngineSnapshot>()],
        });

    /// <summary>One of nobody's or of two groups, of nobody's or of two projects alone.</summary>
    internal static readonly Gen<Occupant> Occupants = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 5], (group, tenant) => new Occupant(
        new(Id(100)), group == 0 ? null : new(Id(group)), tenant > 1 ? null : $"p{tenant}"));

    // Of two groups and one pool; on most hosts nobody, on some a project by itself.
    private static readonly Gen<HostOccupancy> Occupancy = Gen.Select(
        Gen.Frequency((3, Gen.Const(0)), (2, Gen.Int[1, 3])), Gen.Int[0, 2], Gen.Int[0, 5], Gen.Bool).Select((vms, group, tenant, mixed) =>
            HostOccupancy.Of(Enumerable.Range(0, vms).Select(i => new Occupant(
                new(Id(100)), group == 0 ? null : new(Id(group)), tenant > 1 || (mixed && i > 0) ? null : $"p{tenant}"))));

    private static readonly Gen<HostSnapshot> Occupied = Gen.Select(Host, Occupancy, (host, there) => host with { Occupancy = there });

    internal static readonly Gen<HostSnapshot[]> Hosts =
        Occupied.Array[0, 8].Select(hosts => hosts.DistinctBy(host => host.Id).ToArray());

    /// <summary>Several chunks of hosts of few models: some mixed and some of them in use, then only idle ones, as they were bought.</summary>
    internal static readonly Gen<HostSnapshot[]> Alike = Gen.Select(
        Host.Array[1, 3], Gen.Int[1, 220], Gen.Int[0, 160], Gen.Frequency((3, 0), (1, 1)).Array[4],
        Gen.Select(Gen.Frequency((8, 0), (1, 1), (1, 2)), Gen.Frequency((1, true), (1, false))).Array[160],
        (models, count, mixed, bought, some) => Enumerable.Range(0, count).Select(at =>
        {
            var (kind, idle) = at < mixed ? some[at] : (0, true);
            var model = models[(kind + bought[at / 64]) % models.Length];
            return model with
            {
                Id = new(new Guid(at + 1, 0, 0, new byte[8])), Name = $"h{at + 1}", State = HostState.Active, HeldBack = false,
                Zone = at % 3 == 0 ? "z2" : "z1", Used = idle ? ResourceVector.Empty : model.Used,
                Occupancy = idle ? HostOccupancy.None : model.Occupancy,
            };
        }).ToArray());

    /// <summary>Hosts that come, change and go, many enough for several chunks.</summary>
    internal static readonly Gen<(HostSnapshot Host, bool Goes)[]> Changes = Gen.Select(Occupied, Gen.Int[1, 400], Gen.Int[0, 3])
        .Select((host, id, fate) => (host with { Id = new(new Guid(id, 0, 0, new byte[8])), Name = $"h{id}" }, fate == 0)).Array[0, 500];

    // Most ask for nothing of it: what else is asked must still find a host often.
    private static readonly Gen<NumaTerms> Numa = Gen.Frequency(
        (6, Gen.Const(default(NumaTerms))), (2, Gen.Select(Gen.Int[0, 3], Gen.Bool, (nodes, pinned) => new NumaTerms(nodes, pinned))));

    private static readonly Gen<Demand> Alone = Gen.Select(BareDemand(), Numa, Gen.Frequency(
            (8, Gen.Const(HostPlatform.Default)), (1, Platform)), Gen.Int[0, 4],
        (demand, numa, platform, which) => ReferenceEquals(platform, HostPlatform.Default) ? demand with { Numa = numa } : demand with
        {
            Numa = numa, Architecture = which == 0 ? platform.Architecture : null, Firmware = which == 1 ? platform.Firmwares[0] : null,
            SharedDisks = which == 4 ? platform.SharedDisks : null, CpuModel = which == 2 ? platform.CpuModel : null, CpuFeatures = which == 3 ? platform.CpuFeatures : [],
        });

    private static readonly Gen<FailureDomain> Domain =
        Gen.OneOf<FailureDomain>(FailureDomain.Host, FailureDomain.Zone, FailureDomain.Parse("label:disk"), FailureDomain.Parse("label:rack"));

    private static readonly Gen<GroupRule?> Group = Gen.Select(Gen.Enum<AffinityPolicy>(), Gen.Enum<Strictness>(), Domain,
        (policy, strictness, scope) => (GroupRule?)new GroupRule(new(Id(1)), "web", policy, strictness, scope));

    private static readonly Gen<SpreadRule?> Spread = Gen.Select(
        Gen.OneOf<FailureDomain>(FailureDomain.Zone, FailureDomain.Parse("label:disk")), Gen.Int[1, 2], Gen.Enum<Strictness>(), Gen.OneOf<int>(1, 100),
        (over, skew, mode, counted) => (SpreadRule?)new SpreadRule(over, skew, mode, Id(counted), "them"));

    private static readonly Gen<Tenancy?> Tenant = Gen.Frequency(
        (3, Gen.Const((Tenancy?)null)), (2, Gen.Bool.Select(dedicated => (Tenancy?)new Tenancy("p0", dedicated))));

    internal static readonly Gen<Demand> Demands = Gen.Select(
        Alone, Gen.Frequency((1, Gen.Const((GroupRule?)null)), (1, Group)), Gen.Frequency((2, Gen.Const((SpreadRule?)null)), (1, Spread)), Tenant,
        (demand, group, spread, tenancy) => demand with { Group = group, Spread = spread, Tenancy = tenancy });

    // Something is always asked for: of nothing, any number fits.
    private static Gen<Demand> BareDemand() => Gen.Select(
        Gen.Frequency(
            (1, Some.Vector(4).Where(amounts => amounts.Count > 0)), (1, Gen.Select(Some.Class, Gen.Int[1, 9], (resource, amount) => ResourceVector.Of((resource, amount))))),
        Gen.OneOf<EngineChoice?>(null, EngineChoice.Any, EngineChoice.Any, EngineChoice.Hardware, EngineChoice.Software),
        Gen.Enum<PlacementAlgorithm>(), Gen.Frequency((3, Gen.Const((string?)null)), (1, Zone)), Gen.Select(Labels, Traits),
        Gen.Select(Zone, Labels, (zone, labels) => new HostSelector { Zone = zone, Labels = labels }).Array[0, 1],
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 200]),
        (resources, engine, algorithm, zone, words, selectors, rare) => new Demand
        {
            Resources = resources, Engine = engine, Algorithm = algorithm, Zone = zone,
            HostLabels = words.Item1, RequiredTraits = words.Item2, Selectors = selectors, ForbiddenTraits = rare.Item2 > 180 ? ["tpm"] : [],
            WithoutImage = rare.Item1 == 0, RealHostOnly = rare.Item1 == 2,
            Host = rare.Item2 <= 60 && rare.Item1 == 1 ? new(new Guid(rare.Item2, 0, 0, new byte[8])) : null,
        });

    /// <summary>Hosts with room, and demands that are hard on their cores and nodes alone.</summary>
    internal static readonly Gen<(HostSnapshot[] Hosts, Demand Demand)> Seats = Gen.Select(
        Gen.Select(Nodes, Gen.Int[0, 12], Gen.Int[0, 3]).Array[1, 70], Gen.Int[0, 12], Gen.Int[0, 12], Gen.Int[0, 3], Gen.Bool,
        (hosts, vcpus, memory, nodes, pinned) => (hosts.Select((host, age) => Roomy(age + 1, host.Item1, host.Item2, host.Item3)).ToArray(),
            new Demand
            {
                Resources = ResourceVector.Of((ResourceClass.Vcpu, vcpus), (ResourceClass.MemoryMiB, memory)),
                Numa = new(nodes, pinned || nodes == 0),
            }));

    private static HostSnapshot Roomy(int age, NodeSnapshot[] nodes, int cores, int taken) => new()
    {
        Id = new(new Guid(age, 0, 0, new byte[8])), Name = $"h{age}", State = HostState.Active, Used = ResourceVector.Empty,
        Driver = age % 5 == 0 ? HostDriver.Qemu : HostDriver.Simulated, Nodes = nodes, Cores = cores, FreeCores = Math.Max(0, cores - taken),
        Capacity = ResourceVector.Of((ResourceClass.Vcpu, 12), (ResourceClass.MemoryMiB, 12)),
    };

    private static Gen<EngineSnapshot?> Engine(EngineKind kind) => Gen.Frequency((1, NoEngine), (3, Gen.Select(
        Gen.Frequency((3, true), (1, false)), Gen.Frequency((2, Gen.Const(ResourceVector.Empty)), (1, Some.Vector(6))), Some.Vector(6),
        Gen.Frequency((6, Array.Empty<ResourceClass>()), (1, [ResourceClass.Vcpu])),
        (usable, capacity, used, barred) => Engine(kind, usable, Without(capacity, barred), used, barred))));

    private static EngineSnapshot? Engine(
        EngineKind kind, bool usable, ResourceVector capacity, ResourceVector used, ResourceClass[] barred) =>
        new(kind, usable, usable ? "" : "EngineStopped", capacity, Below(capacity, used)) { Barred = barred };

    internal static ResourceVector Below(ResourceVector most, ResourceVector wish) =>
        ResourceVector.Of(most.Select(pair => KeyValuePair.Create(pair.Key, Math.Min(pair.Value, wish[pair.Key]))));

    private static ResourceVector Without(ResourceVector amounts, ResourceClass[] barred) =>
        ResourceVector.Of(amounts.Where(pair => !barred.Contains(pair.Key)));

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);
}
