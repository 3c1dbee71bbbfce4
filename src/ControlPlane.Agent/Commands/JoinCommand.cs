using ControlPlane.Agent.Hosts;
using ControlPlane.Agent.Remote;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Commands;

/// <summary>Makes this machine a host: measures it, proves its engines, and joins with a key that stays here.</summary>
internal sealed class JoinCommand(AgentFolder folder, AgentOptions options, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Joins, and gives the sentence to print.</summary>
    internal async Task<string> RunAsync(AgentArguments arguments, CancellationToken ct)
    {
        if (folder.ReadRecord() is { } known && !arguments.JoinsAgain)
        {
            throw new JoiningException($"This machine has joined already, as host {known.Name}; start it with run, or join anew with "
                + "--again and a token that names it.");
        }
        var server = new Uri(arguments.Value("--server")!);
        // Kept before it is used: one whose answer is lost asks again with the same key, and so by the same token.
        var pending = folder.ReadPending() ?? NewRecord();
        pending = pending with { Server = server.ToString() };
        await folder.WritePendingAsync(pending);
        using var key = HostCredentials.ReadKey(pending.PrivateKey);
        var request = new JoinRequest
        {
            Name = arguments.Value("--name") ?? NameOf(Environment.MachineName), Zone = arguments.Value("--zone"),
            CertificateRequest = HostCredentials.RequestFor(key), Facts = await MeasureAsync(ct),
        };
        var answer = await FleetJoin.JoinAsync(server, arguments.Value("--token")!, request, ct);
        await folder.JoinedAsync(pending with
        {
            HostId = answer.HostId, Name = answer.Name, Certificate = answer.Certificate, Authority = answer.Authority,
        });
        return $"Joined as host {answer.Name} ({answer.HostId}). Start it: controlplane-agent run --data {folder.Path}";
    }

    /// <summary>A machine's name as a host may have it: the first label, in small letters.</summary>
    internal static string NameOf(string machine)
    {
        var label = machine.Split('.')[0].ToLowerInvariant();
        var plain = new string([.. label.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')]).Trim('-');
        return plain.Length == 0 ? "host" : plain[..Math.Min(plain.Length, 63)].TrimEnd('-');
    }

    private static HostRecord NewRecord()
    {
        using var key = HostCredentials.NewKey();
        return new HostRecord { Server = "", PrivateKey = key.ExportPkcs8PrivateKeyPem() };
    }

    private Task<HostFacts> MeasureAsync(CancellationToken ct) => new HostDiscovery(
        options, new EngineProof(options, time, loggers.CreateLogger<EngineProof>()), time, loggers.CreateLogger<HostDiscovery>())
        .DiscoverAsync(ct);
}
