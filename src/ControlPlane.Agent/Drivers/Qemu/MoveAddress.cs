using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>Where a host listens for a VM that comes, as <c>host:port</c>; an IPv6 address stands in brackets.</summary>
internal sealed record MoveAddress(string Host, int Port)
{
    /// <summary>Reads what <see cref="ToString"/> has written.</summary>
    public static MoveAddress Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? new(text[..colon].Trim('[', ']'), port)
            : throw new VmDriverException("InvalidAddress", $"'{text}' is no address of the form host:port.");
    }

    /// <summary>Some of this host's addresses, at random so that moves that begin together seldom want the same.</summary>
    public static IEnumerable<MoveAddress> Some(AgentOptions options)
    {
        var (host, ports) = (OwnHost(options), options.MovePortLast - options.MovePortFirst + 1);
        var first = RandomNumberGenerator.GetInt32(Math.Max(1, ports));
        for (var step = 0; step < Math.Min(ports, options.MovePortAttempts); step++)
        {
            yield return new(host, options.MovePortFirst + ((first + step) % ports));
        }
    }

    /// <summary>
    /// Connects and leaves; throws reason <c>TargetUnreachable</c>. QEMU itself would let its guest wait for a network that is silent.
    /// </summary>
    public async Task ProbeAsync(TimeSpan limit, TimeProvider time, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(Host, Port, both.Token);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested && fault is SocketException or OperationCanceledException)
        {
            throw new VmDriverException("TargetUnreachable", $"The target does not answer at {this}: {fault.Message}", fault);
        }
    }

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}") : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    private static string OwnHost(AgentOptions options) => options.MoveAddress is { Length: > 0 } set ? set.Trim('[', ']') : Routed();

    // Where other machines are is where the way out is; a machine without one has only itself to move VMs to.
    private static string Routed() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(port => port.OperationalStatus == OperationalStatus.Up && port.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .Select(port => port.GetIPProperties()).Where(port => port.GatewayAddresses.Count > 0)
            .SelectMany(port => port.UnicastAddresses).Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork, IPAddress.Loopback).ToString();
}
