using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace ControlPlane.System.Tests.Fleets;

/// <summary>A namespace for the service, with a bridge in it, and one for each host at the end of a cable to that bridge.</summary>
public sealed class FleetNetwork : IAsyncDisposable
{
    private const string Bridge = "fleet";
    private const string Port = "eth0";

    private readonly ConcurrentStack<NetworkSpace> spaces = [];
    private int hosts;

    private FleetNetwork()
    {
    }

    /// <summary>Where the service is.</summary>
    public NetworkHost Service { get; private set; } = null!;

    /// <summary>A network without hosts. Removes first what killed tests have left.</summary>
    public static async Task<FleetNetwork> MakeAsync()
    {
        await NetworkSpace.RemoveStaleAsync();
        var network = new FleetNetwork();
        var space = await network.SpaceAsync("service");
        network.Service = new(space, Address(1));
        await space.IpAsync("link", "add", Bridge, "type", "bridge", "forward_delay", "0");
        await space.IpAsync("address", "add", $"{network.Service.Address}/24", "dev", Bridge);
        await space.IpAsync("link", "set", Bridge, "up");
        return network;
    }

    /// <summary>One more machine on the network.</summary>
    public async Task<NetworkHost> AddHostAsync(string name)
    {
        var number = Interlocked.Increment(ref hosts);
        var host = new NetworkHost(await SpaceAsync(name), Address(10 + number));
        var cable = string.Create(CultureInfo.InvariantCulture, $"cable{number}");
        await Service.Space.IpAsync("link", "add", cable, "type", "veth", "peer", "name", Port, "netns", host.Space.Name);
        await Service.Space.IpAsync("link", "set", cable, "master", Bridge, "up");
        await host.Space.IpAsync("address", "add", $"{host.Address}/24", "dev", Port);
        await host.Space.IpAsync("link", "set", Port, "up");
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        while (spaces.TryPop(out var last)) { await last.DisposeAsync(); }
    }

    private async Task<NetworkSpace> SpaceAsync(string role)
    {
        var space = await NetworkSpace.MakeAsync(role);
        spaces.Push(space);
        return space;
    }

    // The same in every run: what is in one run's namespaces is not seen from another's.
    private static IPAddress Address(int number) => new([10, 77, 0, (byte)number]);
}
