using ControlPlane.Api.Agents;
using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Vms;

/// <summary><c>/v1/vms/{vm}/console/log</c>.</summary>
public static class ConsoleEndpoints
{
    /// <summary>Maps it.</summary>
    public static RouteGroupBuilder MapConsole(this RouteGroupBuilder v1)
    {
        v1.MapGet("/vms/{vm}/console/log", ReadAsync).WithTags("VMs").WithPath("vm", "web-1").Streams("text/plain")
            .WithQuery("follow", "Whether to go on with what comes, until the VM is gone or the client is.", typeof(bool))
            .Refuses(ProblemCode.NotFound, ProblemCode.ConsoleElsewhere)
            .Describes("Read the serial console", "The text kept so far, oldest first; bounded, the oldest goes first.");
        return v1;
    }

    private static async Task<IResult> ReadAsync(
        string vm, bool? follow, RequestTerms terms, Store store, EmbeddedAgents agents, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        if (await Named.VmAsync(db, vm) is not { } found) { return Answers.Of(Problem.NotFound("VM", vm)); }
        if (await db.HostCertificates.AnyAsync(row => row.Host == found.Host, ct))
        {
            return Answers.Of(new Problem(ProblemCode.ConsoleElsewhere,
                $"VM {found.Name} is on a host with an agent of its own, which keeps the console; read vms/{found.Id}/ in the agent's data "
                + "directory on that host."));
        }
        var text = agents.ReadConsole(found.Id.ToString(), follow ?? false, ct);
        return Results.Stream(stream => CopyAsync(text, stream, ct), "text/plain; charset=utf-8");
    }

    private static async Task CopyAsync(IAsyncEnumerable<ReadOnlyMemory<byte>>? console, Stream stream, CancellationToken ct)
    {
        if (console is null) { return; }
        await foreach (var text in console)
        {
            await stream.WriteAsync(text, ct);
            await stream.FlushAsync(ct);
        }
    }
}
