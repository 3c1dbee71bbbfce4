using System.Globalization;
using System.Text.Json.Nodes;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>The target's end of a move, in its QEMU. Every call finds out what is there already.</summary>
/// <param name="open">The QEMU that waits.</param>
/// <param name="move">The move.</param>
/// <param name="tls">How it is protected; null when it is not.</param>
/// <param name="options">Addresses and limits.</param>
internal sealed class QemuReceiving(QemuMonitor open, VmMove move, QemuTls? tls, AgentOptions options)
{
    // One for the disk, one for the mark that it is whole.
    private const int MaxClients = 4;

    /// <summary>Lets writers of the disk in; returns where.</summary>
    /// <param name="before">Where it may listen already.</param>
    /// <param name="keep">Is told the address before QEMU listens there, since QEMU cannot be asked.</param>
    /// <param name="exports">The nodes that are written, under their own names.</param>
    /// <param name="ct">Ends the call.</param>
    public async Task<string> ListenForDiskAsync(
        string? before, Func<string, Task> keep, IReadOnlyList<string> exports, CancellationToken ct)
    {
        var there = (await open.AskAsync("query-block-exports", null, ct)).EnumerateArray()
            .Select(export => export.GetProperty("id").GetString()).ToHashSet();
        if (before is null || there.Count == 0)
        {
            before = await ListenAsync(before, address => ServeAsync(address, keep, ct), ct);
        }

        foreach (var export in exports.Where(export => !there.Contains(export)))
        {
            await open.ExecuteAsync("block-export-add", new JsonObject
            {
                ["type"] = "nbd", ["id"] = export, ["node-name"] = export, ["name"] = export, ["writable"] = true,
            }, ct);
        }

        return before;
    }

    /// <summary>Lets memory and devices come in; returns where.</summary>
    public async Task<string> ListenForMemoryAsync(string? before, CancellationToken ct)
    {
        if (before is not null && await QemuMigration.LookAsync(open, ct) is not { Status: "none", Listens: false })
        {
            return before;
        }

        await SetAsync(ct);
        return await ListenAsync(null, async address =>
        {
            await open.ExecuteAsync("migrate-incoming", new JsonObject { ["uri"] = $"tcp:{address}" }, ct);
            return address;
        }, ct);
    }

    private async Task<string> ServeAsync(string address, Func<string, Task> keep, CancellationToken ct)
    {
        await keep(address);
        var (host, port) = MoveAddress.Parse(address);
        var server = new JsonObject
        {
            ["addr"] = new JsonObject
            {
                ["type"] = "inet",
                ["data"] = new JsonObject { ["host"] = host, ["port"] = port.ToString(CultureInfo.InvariantCulture) },
            },
            ["max-connections"] = MaxClients,
        };
        if (tls is not null)
        {
            server["tls-creds"] = QemuTls.Certificates;
            server["tls-authz"] = QemuTls.Peer;
        }

        await open.ExecuteAsync("nbd-server-start", server, ct);
        return address;
    }

    // Another program, or another VM that comes, may have a port that was free a moment ago.
    private async Task<string> ListenAsync(string? first, Func<string, Task<string>> tryAsync, CancellationToken ct)
    {
        QmpException? last = null;
        string[] known = first is null ? [] : [first];
        foreach (var address in known.Concat(MoveAddress.Some(options).Select(some => some.ToString())))
        {
            ct.ThrowIfCancellationRequested();
            try
            {
                return await tryAsync(address);
            }
            catch (QmpException fault) when (fault.Fault == QmpFault.Refused)
            {
                if (first is not null && fault.Message.Contains("already", StringComparison.Ordinal))
                {
                    return first;
                }

                last = fault;
            }
        }

        throw new VmDriverException(
            "NoMovePort", $"No address could be listened on: {last?.Message ?? "the range of ports is empty."}", last);
    }

    private async Task SetAsync(CancellationToken ct)
    {
        var parameters = new JsonObject
        {
            ["tls-creds"] = tls is null ? "" : QemuTls.Certificates, ["tls-authz"] = tls is null ? "" : QemuTls.Peer,
        };
        var channels = QemuSending.ChannelsOf(move);
        if (channels > 1)
        {
            parameters["multifd-channels"] = channels;
        }

        // The disk is opened for good only when the guest goes on: until then the source may have it back.
        var capabilities = new Dictionary<string, bool>
        {
            ["events"] = true, ["return-path"] = true, ["late-block-activate"] = true, ["multifd"] = channels > 1,
        };
        await open.ExecuteAsync("migrate-set-capabilities", QemuSending.Capabilities(capabilities), ct);
        await open.ExecuteAsync("migrate-set-parameters", parameters, ct);
        if (move.Algorithm is MoveAlgorithm.PostCopy or MoveAlgorithm.Hybrid)
        {
            await AllowPostCopyAsync(ct);
        }
    }

    private async Task AllowPostCopyAsync(CancellationToken ct)
    {
        try
        {
            await open.ExecuteAsync(
                "migrate-set-capabilities", QemuSending.Capabilities(new Dictionary<string, bool> { ["postcopy-ram"] = true }), ct);
        }
        catch (QmpException fault) when (fault.Fault == QmpFault.Refused)
        {
            throw new VmDriverException(
                "PostCopyUnavailable",
                $"This host cannot fetch memory while a guest runs (userfaultfd); use PRE_COPY: {fault.Message}", fault);
        }
    }
}
