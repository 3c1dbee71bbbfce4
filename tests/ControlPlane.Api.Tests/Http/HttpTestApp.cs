using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ControlPlane.Api.Access;
using ControlPlane.Api.Http;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Api.Tests.Http;

/// <summary>The Http part alone, with endpoints of the tests' own in place of the features.</summary>
public sealed class HttpTestApp : IAsyncDisposable
{
    private readonly WebApplication app;

    private HttpTestApp(WebApplication app)
    {
        this.app = app;
        Client = app.GetTestClient();
        Anonymous = app.GetTestClient();
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", KnownTokens.Good);
    }

    public HttpClient Client { get; }

    /// <summary>Without a token.</summary>
    public HttpClient Anonymous { get; }

    public IServiceProvider Services => app.Services;

    public static async Task<HttpTestApp> StartAsync(
        Action<RouteGroupBuilder>? map = null,
        Action<IServiceCollection>? services = null,
        params IEnumerable<(string Key, string Value)> settings)
    {
        var app = Build(web => web.UseTestServer(), map, services, settings);
        await app.StartAsync();
        return new HttpTestApp(app);
    }

    /// <summary>Not started; with the server that the caller wants.</summary>
    public static WebApplication Build(
        Action<IWebHostBuilder> server,
        Action<RouteGroupBuilder>? map,
        Action<IServiceCollection>? services,
        IEnumerable<(string Key, string Value)> settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value)));
        builder.Configuration["Serilog:MinimumLevel:Default"] ??= "Fatal";
        server(builder.WebHost);
        builder.AddHttp();
        builder.Services.AddSingleton<ITokenDirectory, KnownTokens>();
        builder.Services.AddSingleton<IValidator<Crate>, CrateValidator>();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseHttp();
        var v1 = app.MapV1();
        CrateEndpoints.MapCrates(v1);
        map?.Invoke(v1);
        return app;
    }

    public Task<HttpResponseMessage> SendAsync(
        string method,
        string path,
        string? body = null,
        string mediaType = "application/json",
        params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Client.SendAsync(request);
    }

    /// <summary>The problem document, after checking that it is one in every member.</summary>
    public static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, ProblemCode code)
    {
        var text = await response.Content.ReadAsStringAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(code.Status == (int)response.StatusCode, $"{response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(code.Text, problem.GetProperty("code").GetString());
        Assert.EndsWith(code.Text, problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.True(Uri.IsWellFormedUriString(problem.GetProperty("type").GetString(), UriKind.Absolute));
        Assert.Equal(code.Title, problem.GetProperty("title").GetString());
        Assert.Equal(code.Status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.Equal(response.RequestMessage!.RequestUri!.AbsolutePath, problem.GetProperty("instance").GetString());
        Assert.Contains(problem.GetProperty("retry").GetString(), new[] { "NOW", "AFTER_DELAY", "AFTER_CHANGE", "NEVER" });
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
        Assert.Equal(code == ProblemCode.ValidationFailed, problem.TryGetProperty("errors", out _));
        return problem;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Anonymous.Dispose();
        await app.DisposeAsync();
    }
}
