using System.Collections.Immutable;
using ControlPlane.Core.Hosts;

namespace ControlPlane.Core.Scheduling;

/// <summary>Every host at one moment, in the order of their ids. Immutable: a change makes another.</summary>
public sealed class FleetSnapshot
{
    /// <summary>No hosts.</summary>
    public static readonly FleetSnapshot Empty = new([]);

    private FleetSnapshot(ImmutableArray<HostSnapshot> hosts) => Hosts = hosts;

    /// <summary>The hosts, by id.</summary>
    public ImmutableArray<HostSnapshot> Hosts { get; }

    /// <summary>Builds one; the order given does not matter.</summary>
    public static FleetSnapshot Of(IEnumerable<HostSnapshot> hosts) => new([.. hosts.OrderBy(host => host.Id)]);

    /// <summary>This with a host added or replaced.</summary>
    public FleetSnapshot With(HostSnapshot host)
    {
        var index = IndexOf(host.Id);
        return new(index >= 0 ? Hosts.SetItem(index, host) : Hosts.Insert(~index, host));
    }

    /// <summary>This without a host.</summary>
    public FleetSnapshot Without(HostId id) => IndexOf(id) is >= 0 and var index ? new(Hosts.RemoveAt(index)) : this;

    /// <summary>The host of an id, or null.</summary>
    public HostSnapshot? Find(HostId id) => IndexOf(id) is >= 0 and var index ? Hosts[index] : null;

    private int IndexOf(HostId id)
    {
        var (low, high) = (0, Hosts.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = Hosts[middle].Id.CompareTo(id);
            if (order == 0) { return middle; }
            if (order < 0) { low = middle + 1; } else { high = middle - 1; }
        }
        return ~low;
    }
}
