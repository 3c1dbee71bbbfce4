using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>
/// Mutual TLS of a move, in one QEMU. The target lets in nobody but the source's certificate, the source sends to nobody but the target's.
/// </summary>
internal sealed class QemuTls(VmDirectory directory, MoveCredentials credentials, string peerHostId)
{
    /// <summary>The object that holds the certificates.</summary>
    public const string Certificates = "move-tls";

    /// <summary>The object that says who may connect.</summary>
    public const string Peer = "move-peer";

    private const string Folder = "tls";

    /// <summary>What the other end's certificate must be called.</summary>
    public string PeerName => $"{peerHostId}.{AgentProtocol.HostDomain}";

    /// <summary>Gives QEMU the certificates as they are now. It reads them at once, so no file stays.</summary>
    public async Task InstallAsync(QemuMonitor open, bool isTarget, CancellationToken ct)
    {
        await RemoveAsync(open, ct);
        var role = isTarget ? "server" : "client";
        await WriteAsync(role);
        try
        {
            await open.ExecuteAsync("object-add", new JsonObject
            {
                // QEMU before 9.2 demands of its own certificate a use that keys of this kind have not; the other's is checked by GnuTLS.
                ["qom-type"] = "tls-creds-x509", ["id"] = Certificates, ["dir"] = Folder, ["endpoint"] = role, ["verify-peer"] = true,
                ["sanity-check"] = false,
            }, ct);
        }
        finally
        {
            RemoveFolder(directory);
        }

        if (isTarget)
        {
            await open.ExecuteAsync("object-add", new JsonObject
            {
                ["qom-type"] = "authz-simple", ["id"] = Peer, ["identity"] = $"CN={peerHostId}",
            }, ct);
        }
    }

    /// <summary>What a crash while QEMU was given certificates left behind.</summary>
    public static void RemoveFolder(VmDirectory directory)
    {
        if (Directory.Exists(directory.At(Folder)))
        {
            Directory.Delete(directory.At(Folder), recursive: true);
        }
    }

    private static async Task RemoveAsync(QemuMonitor open, CancellationToken ct)
    {
        foreach (var id in (string[])[Certificates, Peer])
        {
            await open.TryAsync("object-del", new JsonObject { ["id"] = id }, ct);
        }
    }

    private async Task WriteAsync(string role)
    {
        RemoveFolder(directory);
        Directory.CreateDirectory(directory.At(Folder), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var (name, pem) in ((string Name, string Pem)[])[
            ("ca-cert.pem", credentials.Authority), ($"{role}-cert.pem", credentials.Certificate),
            ($"{role}-key.pem", credentials.PrivateKey)])
        {
            await VmDirectory.WritePrivateAsync(System.IO.Path.Combine(directory.At(Folder), name), Encoding.ASCII.GetBytes(pem));
        }
    }
}
