using System.Diagnostics;
using ControlPlane.Api;
using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace ControlPlane.Benchmarks;

/// <summary>
/// The product with one endpoint more, which decides nothing and takes nothing: it keeps one row (a placement, with its event) by the
/// product's own group commit and answers 204. A process of its own, on a directory of its own.
/// </summary>
internal static class EmptyEndpoint
{
    private const string Path = "/v1/empty";

    /// <summary>Serves until its input ends.</summary>
    public static async Task ServeAsync(int port, string directory)
    {
        var builder = Hosting.CreateBuilder(
        [
            $"--urls=http://127.0.0.1:{port}", $"--ControlPlane:DataDirectory={directory}",
            $"--ControlPlane:BootstrapToken={MeasuredService.Token}", "--ControlPlane:LocalHost:Enabled=false",
            "--Serilog:MinimumLevel:Default=Warning",
        ]);
        await using var app = builder.Build();
        app.UseHttp();
        app.MapV1().MapPost("/empty", (RequestTerms terms, Mutations mutations, CancellationToken ct) =>
            mutations.RunAsync(terms, session => Task.FromResult(Keep(session)), ct)).Mutates();
        await app.StartAsync();
        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
    }

    /// <summary>Starts it and waits until it serves.</summary>
    public static Process Start(int port, string directory)
    {
        var process = OwnProcess.Start("empty", $"{port}", directory);
        while (process.StandardOutput.ReadLine() is not ("ready" or null)) { }
        return process;
    }

    /// <summary>One request to it.</summary>
    public static string Post() => LoopbackClients.Post(Path, "");

    private static Answer Keep(StoreSession session)
    {
        session.Keep(new PlacementRow
        {
            Id = new(Guid.CreateVersion7(session.Now)), Project = "default", Target = "empty",
            Demand = new Demand { Resources = ResourceVector.Empty }, CreateTime = session.Now,
        });
        return Answer.NoContent();
    }
}
