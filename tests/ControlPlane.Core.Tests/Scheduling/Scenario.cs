using System.Globalization;
using System.Text;
using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Tests.Scheduling;

/// <summary>
/// A question to the scheduler as text, and the answer it gets. Lines: <c># words</c>, <c>host name key=value …</c>,
/// <c>demand key=value …</c>. Lists are <c>name:value,name:value</c>. Hosts are as old as their <c>id</c> says, else as their line.
/// The VMs on a host are <c>vms=group,group,none</c>, all of one pool; <c>dedicated=project</c> gives it to that project. A demand's group is
/// <c>group=web policy=… strictness=… scope=…</c>, its spread <c>spread=ZONE skew=1 mode=HARD</c>, its owner <c>tenant=project</c>.
/// NUMA nodes are <c>nodes=8/4096,8/4096</c> (cores and memory), what is free of them <c>nodes.free</c>; <c>cores=8/16</c> are the free ones
/// of all. An engine is <c>hardware=usable</c> or <c>hardware=ReasonWhyNot</c>, with <c>hardware.capacity</c> and <c>hardware.used</c>.
/// </summary>
internal sealed class Scenario
{
    private readonly List<HostSnapshot> hosts = [];
    private readonly Demand demand;
    private readonly ulong seed;

    private Scenario(IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(line => line.StartsWith("host ", StringComparison.Ordinal)))
        {
            hosts.Add(ReadHost(new Words(line), hosts.Count + 1));
        }
        var words = new Words(lines.Single(line => line.StartsWith("demand ", StringComparison.Ordinal)));
        demand = ReadDemand(words);
        seed = words.Number("seed", 0);
    }

    internal static Scenario Parse(string question) => new(question.Split('\n'));

    /// <summary>The whole answer, as kept in the scenario's file.</summary>
    internal string Answer()
    {
        var placement = Scheduler.Place(FleetSnapshot.Of(hosts), demand, seed);
        var text = new StringBuilder();
        var refusals = placement.Refusals().Select(refusal => $"{refusal.Value} by {refusal.Key}");
        var unknown = placement.UnknownClasses().Select(resource => resource.ToString());
        text.Append(CultureInfo.InvariantCulture, $"chosen: {(placement.Ranking.Count == 0 ? "none" : Name(placement.Ranking[0]))}\n");
        text.Append(CultureInfo.InvariantCulture, $"considered: {placement.Considered}\n");
        text.Append(CultureInfo.InvariantCulture, $"refused: {List(refusals)}\n");
        text.Append(CultureInfo.InvariantCulture, $"exceeds every host: {(placement.ExceedsEveryHost ? "yes" : "no")}\n");
        text.Append(CultureInfo.InvariantCulture, $"classes no host has: {List(unknown)}\n");
        if (placement.Nearest() is { } nearest)
        {
            text.Append(CultureInfo.InvariantCulture, $"nearest: {nearest.Name}, lacks {List(nearest.Lacks.Select(check => check.Name))}\n");
        }
        text.Append("ranking:\n");
        foreach (var candidate in placement.Ranking)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {Name(candidate)} {candidate.Score}\n");
        }
        foreach (var host in placement.Explain()) { Write(text, host); }
        return text.ToString();
    }

    private static void Write(StringBuilder text, HostVerdict host)
    {
        var outcome = host.Rank is { } rank ? $"rank {rank}, score {host.Score}{(host.Engine is { } engine ? $", {engine}" : "")}"
            : $"refused by {host.Refusal?.Name}";
        text.Append(CultureInfo.InvariantCulture, $"{host.Name}: {outcome}\n");
        foreach (var check in host.Checks)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {check.Verdict,-8} {check.Name}: need {check.Need}, have {check.Have}\n");
        }
    }

    private string Name(Candidate candidate) =>
        $"{hosts.Single(host => host.Id == candidate.Host).Name}{(candidate.Engine is { } engine ? $" on {engine}" : "")}";

    private static string List(IEnumerable<string> words) => string.Join(", ", words) is { Length: > 0 } list ? list : "none";

    private HostSnapshot ReadHost(Words words, int line) => new()
    {
        Id = IdOf((int)words.Number("id", (ulong)line)),
        Name = words.Name,
        State = words.Enum("state", HostState.Active),
        Driver = words.Enum("driver", HostDriver.Simulated),
        Zone = words.Text("zone"),
        Labels = words.Labels("labels"),
        Traits = words.List("traits"),
        Platform = new()
        {
            Architecture = words.Enum("architecture", CpuArchitecture.X86_64), CpuModel = words.Text("cpu"), CpuFeatures = words.List("features"),
            Firmwares = words.Text("firmwares") is null ? HostPlatform.Default.Firmwares
                : [.. words.List("firmwares").Select(word => Enum.Parse<Firmware>(word, ignoreCase: true))],
        },
        Cores = words.Pairs("cores").Select(pair => pair.Right).SingleOrDefault(),
        FreeCores = words.Pairs("cores").Select(pair => pair.Left).SingleOrDefault(),
        Nodes = ReadNodes(words.Pairs("nodes"), words.Text("nodes.free") is null ? words.Pairs("nodes") : words.Pairs("nodes.free")),
        Capacity = words.Amounts("capacity"),
        Used = words.Amounts("used"),
        Occupancy = HostOccupancy.Of(words.List("vms").Select(group => new Occupant(
            new(IdOf("the pool")), group == "none" ? null : new(IdOf(group)), words.Text("dedicated")))),
        Engines = [.. Enum.GetValues<EngineKind>().Select(kind => ReadEngine(words, kind)).OfType<EngineSnapshot>()],
    };

    private static NodeSnapshot[] ReadNodes(IEnumerable<(long Left, long Right)> all, IEnumerable<(long Left, long Right)> free) =>
        [.. all.Zip(free, (node, left) => (node, left)).Select((pair, number) => new NodeSnapshot
        {
            Number = number, Cores = pair.node.Left, Vcpus = pair.node.Left, MemoryMiB = pair.node.Right,
            FreeCores = pair.left.Left, FreeVcpus = pair.left.Left, FreeMemoryMiB = pair.left.Right,
        })];

    private static EngineSnapshot? ReadEngine(Words words, EngineKind kind)
    {
        var key = kind.ToString().ToLowerInvariant();
        if (words.Text(key) is not { } state) { return null; }
        return new(kind, state == "usable", state == "usable" ? "" : state, words.Amounts($"{key}.capacity"), words.Amounts($"{key}.used"))
        {
            Barred = [.. words.List($"{key}.barred").Select(ResourceClass.Parse)],
        };
    }

    private Demand ReadDemand(Words words) => new()
    {
        Resources = words.Amounts("resources"),
        Engine = words.Text("engine") is null ? null : words.Enum("engine", EngineChoice.Any),
        Algorithm = words.Enum("algorithm", PlacementAlgorithm.Balanced),
        Zone = words.Text("zone"),
        HostLabels = words.Labels("labels"),
        RequiredTraits = words.List("traits"),
        ForbiddenTraits = words.List("forbidden"),
        Selectors = [.. words.All("pool").Select(ReadSelector)],
        Numa = new((int)words.Number("numa", 0), words.Text("isolation") == "PINNED"),
        Architecture = words.Text("architecture") is null ? null : words.Enum("architecture", CpuArchitecture.X86_64),
        Firmware = words.Text("firmware") is null ? null : words.Enum("firmware", Firmware.Bios),
        CpuModel = words.Text("cpu"),
        CpuFeatures = words.List("features"),
        WithoutImage = words.Text("image") == "none",
        RealHostOnly = words.Text("image") == "some",
        Host = words.Text("host") is { } name ? hosts.Single(host => host.Name == name).Id : null,
        Group = words.Text("group") is { } group ? new(new(IdOf(group)), group, words.Enum("policy", AffinityPolicy.Affinity),
            words.Enum("strictness", Strictness.Hard), FailureDomain.Parse(words.Text("scope") ?? "HOST")) : null,
        Spread = words.Text("spread") is { } over ? new(FailureDomain.Parse(over), (int)words.Number("skew", 1),
            words.Enum("mode", Strictness.Hard), IdOf(words.Text("group") ?? "the pool"), words.Text("group") ?? "the pool") : null,
        Tenancy = words.Text("tenant") is { } project ? new(project, words.Text("dedicated") is not null) : null,
    };

    private static HostSelector ReadSelector(string text)
    {
        var labels = Words.LabelsOf(text);
        return new() { Zone = labels.GetValueOrDefault("zone"), Labels = labels.Where(label => label.Key != "zone").ToDictionary() };
    }

    private static Guid IdOf(string name) => new([.. Encoding.UTF8.GetBytes(name.PadRight(16)[..16])]);

    private static HostId IdOf(int age) => new(new Guid(age, 0, 0, new byte[8]));

    // The words of one line.
    private sealed class Words(string line)
    {
        private readonly string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        internal string Name => words[1];

        internal IEnumerable<string> All(string key) =>
            words.Where(word => word.StartsWith(key + "=", StringComparison.Ordinal)).Select(word => word[(key.Length + 1)..]);

        internal string? Text(string key) => All(key).SingleOrDefault();

        internal ulong Number(string key, ulong otherwise) =>
            Text(key) is { } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : otherwise;

        internal T Enum<T>(string key, T otherwise) where T : struct, Enum =>
            Text(key) is not { } text ? otherwise
            : System.Enum.TryParse<T>(text, ignoreCase: true, out var whole) ? whole
            : System.Enum.Parse<T>(text.Replace("_", ""), ignoreCase: true);

        internal (long Left, long Right)[] Pairs(string key) => [.. List(key).Select(pair => pair.Split('/'))
            .Select(pair => (long.Parse(pair[0], CultureInfo.InvariantCulture), long.Parse(pair[1], CultureInfo.InvariantCulture)))];

        internal string[] List(string key) => Text(key)?.Split(',') ?? [];

        internal Dictionary<string, string> Labels(string key) => LabelsOf(Text(key));

        internal ResourceVector Amounts(string key) => ResourceVector.Of(Labels(key).Select(pair =>
            KeyValuePair.Create(ResourceClass.Parse(pair.Key), long.Parse(pair.Value, CultureInfo.InvariantCulture))));

        internal static Dictionary<string, string> LabelsOf(string? text) =>
            (text?.Split(',') ?? []).Select(pair => pair.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
    }
}
