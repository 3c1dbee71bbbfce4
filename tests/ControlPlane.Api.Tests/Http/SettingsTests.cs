using ControlPlane.Api.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Tests.Http;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("MaxConcurrentRequests", "0", "ControlPlane:Http:MaxConcurrentRequests must be between 1 and 100000.")]
    [InlineData("MaxConcurrentRequests", "many", "ControlPlane:Http:MaxConcurrentRequests must be a whole number.")]
    [InlineData("maxconcurrentrequests", "-5", "ControlPlane:Http:MaxConcurrentRequests must be between 1 and 100000.")]
    [InlineData("MaxConcurentRequests", "5", "ControlPlane:Http:MaxConcurentRequests is not known; did you mean 'MaxConcurrentRequests'?")]
    [InlineData("MaxBodyBytes", "10", "ControlPlane:Http:MaxBodyBytes must be between 1024 and 16777216.")]
    public async Task A_bad_setting_stops_the_start_with_a_sentence_that_names_the_key(string key, string value, string sentence)
    {
        var (exitCode, said) = await RunAsync(($"ControlPlane:Http:{key}", value));
        Assert.NotEqual(0, exitCode);
        Assert.Equal(sentence, said.Trim());
    }

    [Fact]
    public async Task A_section_that_nobody_reads_is_a_typing_error()
    {
        var (exitCode, said) = await RunAsync(
            services => services.AddChecked<RootSettings>("ControlPlane"),
            ("ControlPlane:Place", "/x"), ("ControlPlane:Htpp:MaxBodyBytes", "5"));
        Assert.NotEqual(0, exitCode);
        Assert.Equal("ControlPlane:Htpp is not known; known are Place", said.Trim());
    }

    [Fact]
    public async Task Sections_below_a_section_belong_to_whoever_reads_them()
    {
        await using var app = HttpTestApp.Build(
            web => web.UseTestServer(), null, services => services.AddChecked<RootSettings>("ControlPlane"),
            [("ControlPlane:Place", "/x"), ("ControlPlane:Http:MaxBodyBytes", "2048")]);
        await app.StartAsync();
        Assert.Equal("/x", app.Services.GetRequiredService<IOptions<RootSettings>>().Value.Place);
        Assert.Equal(2048, app.Services.GetRequiredService<IOptions<HttpLimitsOptions>>().Value.MaxBodyBytes);
    }

    [Theory]
    [InlineData("unused", "x", "http://127.0.0.1:5080")]
    [InlineData("urls", "http://10.0.0.1:80", "http://10.0.0.1:80")]
    [InlineData("http_ports", "8080", null)]
    [InlineData("Kestrel:Endpoints:Http:Url", "http://10.0.0.1:80", null)]
    public async Task It_listens_on_this_machine_only_unless_told_otherwise(string key, string value, string? urls)
    {
        await using var app = HttpTestApp.Build(web => web.UseTestServer(), null, null, [(key, value)]);
        Assert.Equal(urls, app.Configuration["urls"]);
    }

    [Fact]
    public async Task A_refusal_to_start_is_said_in_its_own_words()
    {
        var (exitCode, said) = await SaidAsync(() => throw new StartupRefusedException("ControlPlane:DataDirectory /x is read-only."));
        Assert.NotEqual(0, exitCode);
        Assert.Equal("ControlPlane:DataDirectory /x is read-only.", said.Trim());
    }

    [Theory]
    [InlineData("xyz")]
    [InlineData("http://127.0.0.1:99999")]
    public async Task An_address_that_is_none_is_said_in_a_sentence(string url)
    {
        var (exitCode, said) = await SaidAsync(async () =>
        {
            await using var app = HttpTestApp.Build(web => web.UseKestrel().UseUrls(url), null, null, []);
            await app.StartAsync();
        });
        Assert.NotEqual(0, exitCode);
        Assert.StartsWith("--urls: ", said, StringComparison.Ordinal);
        Assert.Single(said.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_port_in_use_is_said_in_a_sentence()
    {
        await using var first = HttpTestApp.Build(web => web.UseKestrel().UseUrls("http://127.0.0.1:0"), null, null, []);
        await first.StartAsync();
        var url = first.Urls.Single();
        var (exitCode, said) = await SaidAsync(async () =>
        {
            await using var second = HttpTestApp.Build(web => web.UseKestrel().UseUrls(url), null, null, []);
            await second.StartAsync();
        });
        Assert.NotEqual(0, exitCode);
        Assert.Contains("address already in use", said, StringComparison.Ordinal);
        Assert.Single(said.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_fault_of_ours_is_not_hidden() =>
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => StartupFaults.RunAsync(() => throw new InvalidOperationException("ours"), TextWriter.Null));

    private static Task<(int ExitCode, string Said)> RunAsync(params (string, string)[] settings) => RunAsync(null, settings);

    private static Task<(int ExitCode, string Said)> RunAsync(
        Action<IServiceCollection>? services, params (string, string)[] settings) => SaidAsync(async () =>
        {
            await using var app = HttpTestApp.Build(web => web.UseTestServer(), null, services, settings);
            await app.StartAsync();
        });

    private static async Task<(int ExitCode, string Said)> SaidAsync(Func<Task> service)
    {
        using var stderr = new StringWriter();
        var exitCode = await StartupFaults.RunAsync(service, stderr);
        return (exitCode, stderr.ToString());
    }

    private sealed class RootSettings
    {
        public string Place { get; init; } = "";
    }
}
