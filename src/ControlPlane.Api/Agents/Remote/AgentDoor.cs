using System.Net;
using ControlPlane.Api.Http;
using ControlPlane.Contracts.Agents;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Agents.Remote;

/// <summary>
/// The listener for agents on hosts of their own: a server beside the one for clients, with its own port, limits and certificates. Neither
/// serves what is the other's.
/// </summary>
public sealed class AgentDoor(
    IOptions<AgentEndpointOptions> options, AgentEndpoints endpoints, AgentGate gate, ServerCertificate certificate, TimeProvider time,
    ILoggerFactory loggers)
    : IHostedService, IAsyncDisposable
{
    private const int MaxStreamsPerConnection = 64;

    private static readonly TimeSpan handshake = TimeSpan.FromSeconds(10);

    private WebApplication? app;

    /// <summary>Where it listens, or null.</summary>
    public Uri? Address => app?.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
        is { } text ? new Uri(text) : null;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Url is not { } url) { return; }
        app = Build(BindingAddress.Parse(url));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or System.Net.Sockets.SocketException or ArgumentOutOfRangeException)
        {
            throw new StartupRefusedException($"ControlPlane:AgentEndpoint:Url: {fault.Message.ReplaceLineEndings(" ").TrimEnd('.')}.");
        }
        AgentsLog.DoorOpen(loggers.CreateLogger<AgentDoor>(), Address!);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app?.DisposeAsync() ?? ValueTask.CompletedTask;

    private WebApplication Build(BindingAddress address)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(time).AddSingleton(loggers).AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, address));
        var built = builder.Build();
        built.UseMiddleware<FaultBoundary>();
        built.UseRouting();
        built.Use(gate.PassAsync);
        endpoints.Map(built);
        built.MapFallback(context => Problems.WriteAsync(context, new Problem(ProblemCode.NotFound, "There is nothing at this path.")));
        return built;
    }

    private void Configure(KestrelServerOptions kestrel, BindingAddress address)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = AgentProtocol.MaxBodyBytes;
        kestrel.Limits.MaxConcurrentConnections = options.Value.MaxConnections;
        kestrel.Limits.Http2.MaxStreamsPerConnection = MaxStreamsPerConnection;
        Action<ListenOptions> listen = terms =>
        {
            terms.Protocols = HttpProtocols.Http1AndHttp2;
            terms.UseHttps(new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = handshake, OnConnection = connection => certificate.TermsAsync(connection.CancellationToken),
            });
            terms.Use(ShownCertificate.Note);
        };
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip)) { kestrel.Listen(ip, address.Port, listen); }
        else if (address.Host == "localhost") { kestrel.ListenLocalhost(address.Port, listen); }
        else { kestrel.ListenAnyIP(address.Port, listen); }
    }
}
