using System.Globalization;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>The checks of cores and NUMA nodes, in words.</summary>
internal static class NumaChecks
{
    internal static void Add(List<Check> checks, HostSnapshot host, Demand demand)
    {
        if (demand.Numa.Pinned) { AddCores(checks, host, demand.Resources[ResourceClass.Vcpu]); }
        if (demand.Numa.Nodes > 0 || (demand.Numa.Pinned && host.Nodes.Count > 0)) { checks.Add(InNodes(host, demand)); }
    }

    /// <summary>The cores that are missing, as a share of what is asked for.</summary>
    internal static double Missing(HostSnapshot host, Demand demand)
    {
        var vcpus = demand.Resources[ResourceClass.Vcpu];
        return demand.Numa.Pinned && vcpus > 0 ? Math.Max(0, vcpus - host.FreeCores) / (double)vcpus : 0;
    }

    private static void AddCores(List<Check> checks, HostSnapshot host, long vcpus)
    {
        var pins = host.Driver == HostDriver.Simulated;
        checks.Add(new("isolation", "PINNED", pins ? "PINNED" : "SHARED: its agent gives no VM cores of its own yet",
            pins ? Verdict.Pass : Verdict.Mismatch));
        checks.Add(new("cores", Line($"{vcpus} free"), Line($"{host.FreeCores} free of {host.Cores}"),
            vcpus > host.Cores ? Verdict.TooSmall : vcpus > host.FreeCores ? Verdict.NotNow : Verdict.Pass));
    }

    // The host's own cores are a check of their own.
    private static Check InNodes(HostSnapshot host, Demand demand) => new("numa", Need(demand),
        host.Nodes.Count == 0 ? "no known nodes" : string.Join(", ", host.Nodes.Select(node => Have(node, demand.Numa.Pinned))),
        NumaFit.Judge(host.Nodes, (long.MaxValue, long.MaxValue), demand.Resources, demand.Numa));

    private static string Need(Demand demand)
    {
        var (vcpus, memory) = (demand.Resources[ResourceClass.Vcpu], demand.Resources[ResourceClass.MemoryMiB]);
        var what = demand.Numa.Pinned ? "cores" : "vcpu";
        return demand.Numa.Nodes switch
        {
            0 => Line($"{vcpus} {what} and {memory} memoryMiB in as few nodes as will do"),
            1 => Line($"{vcpus} {what} and {memory} memoryMiB in one node"),
            var nodes => Line($"{NumaTerms.Share(vcpus, nodes)} {what} and {NumaTerms.Share(memory, nodes)} memoryMiB ")
                + Line($"in each of {nodes} nodes"),
        };
    }

    private static string Have(NodeSnapshot node, bool pinned) =>
        Line($"node {node.Number}: {(pinned ? node.FreeCores : node.FreeVcpus)} and {node.FreeMemoryMiB}");

    private static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);
}
