using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Benchmarks.Traces;

/// <summary>
/// What the groups of a trace ask. <c>affinity</c> is a hard group in one rack, <c>anti-affinity</c> a hard group on no two of a host.
/// <c>fault-domain</c> keeps parts of a group out of each other's racks, and each part may have many. The engine has no rule of that form,
/// so that the runner says it with traits: each rack is one, and a VM forbids those where VMs of the group's other domains are by now.
/// Which racks a domain gets is thus decided VM by VM, by the ranking alone. Other policies (tenants, batches) are no rules.
/// </summary>
internal sealed class TraceGroups
{
    private const string Together = "affinity";
    private const string Apart = "anti-affinity";
    private const string Parted = "fault-domain";
    private const string RackLabel = "rack";
    private static readonly FailureDomain rack = FailureDomain.Parse($"label:{RackLabel}");

    private readonly Dictionary<string, AffinityGroupId> ids = [];
    private readonly Dictionary<string, List<(TraceEvent Vm, HostId Host, string Rack)>> members = [];

    /// <summary>The labels of a host in a rack, which may be none.</summary>
    internal static Dictionary<string, string> LabelsOf(string rack) => rack.Length == 0 ? [] : new() { [RackLabel] = rack };

    /// <summary>The traits of a host in a rack, which may be none.</summary>
    internal static string[] TraitsOf(string rack) => rack.Length == 0 ? [] : [$"rack-{rack}"];

    /// <summary>Whether a rule holds for it.</summary>
    internal static bool Ruled(TraceEvent create) => create.Policy is Together or Apart or Parted;

    /// <summary>The rule of its group, or null.</summary>
    internal GroupRule? RuleOf(TraceEvent create) => create.Policy switch
    {
        Together => new(IdOf(create.Group), create.Group, AffinityPolicy.Affinity, Strictness.Hard, rack),
        Apart => new(IdOf(create.Group), create.Group, AffinityPolicy.AntiAffinity, Strictness.Hard, FailureDomain.Host),
        _ => null,
    };

    /// <summary>The racks that it must not be in, as traits.</summary>
    internal string[] ForbiddenTo(TraceEvent create) => create.Policy != Parted ? []
        : [.. Of(create.Group).Where(member => member.Vm.Domain != create.Domain).Select(member => member.Rack).Distinct()
            .SelectMany(TraitsOf)];

    /// <summary>Notes where it is now.</summary>
    internal void Follow(TraceEvent create, HostSnapshot host)
    {
        if (Ruled(create)) { Of(create.Group).Add((create, host.Id, host.Labels.GetValueOrDefault(RackLabel, ""))); }
    }

    /// <summary>How many groups are not as their policy says, found from where their VMs are and not from the engine's counts.</summary>
    internal int Broken() => members.Values.Where(group => group.Count > 0).Count(group => group[0].Vm.Policy switch
    {
        Together => group.DistinctBy(member => member.Rack).Count() > 1,
        Apart => group.DistinctBy(member => member.Host).Count() < group.Count,
        _ => group.GroupBy(member => member.Rack).Any(there => there.DistinctBy(member => member.Vm.Domain).Count() > 1),
    });

    private List<(TraceEvent Vm, HostId Host, string Rack)> Of(string group)
    {
        if (!members.TryGetValue(group, out var found)) { members[group] = found = []; }
        return found;
    }

    private AffinityGroupId IdOf(string group)
    {
        if (!ids.TryGetValue(group, out var id)) { ids[group] = id = new(new Guid(ids.Count + 1, 0, 0, new byte[8])); }
        return id;
    }
}
