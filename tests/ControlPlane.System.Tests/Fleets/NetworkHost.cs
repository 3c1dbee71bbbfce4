using System.Net;
using System.Text;

namespace ControlPlane.System.Tests.Fleets;

/// <summary>A machine on the fleet's network, which can be cut off from others, each direction by itself.</summary>
public sealed class NetworkHost(NetworkSpace space, IPAddress address)
{
    public NetworkSpace Space { get; } = space;

    public IPAddress Address { get; } = address;

    /// <summary>From now on these packets are lost, silently, besides those that are lost already.</summary>
    public Task CutAsync(Way way, params IPAddress[] others)
    {
        var lines = new StringBuilder("""
            add table inet cut
            add chain inet cut coming { type filter hook input priority -300; }
            add chain inet cut going { type filter hook output priority -300; }

            """);
        foreach (var other in others)
        {
            if (way is Way.In or Way.Both) { lines.AppendLine($"add rule inet cut coming ip saddr {other} drop"); }
            if (way is Way.Out or Way.Both) { lines.AppendLine($"add rule inet cut going ip daddr {other} drop"); }
        }
        return Space.FilterAsync(lines.ToString());
    }

    /// <summary>Nothing is lost any more.</summary>
    public Task HealAsync() => Space.FilterAsync("add table inet cut\ndelete table inet cut\n");
}
