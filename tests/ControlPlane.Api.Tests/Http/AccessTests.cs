using System.Net.Http.Headers;
using System.Runtime.Versioning;
using ControlPlane.Api.Access;
using ControlPlane.Api.Http;

namespace ControlPlane.Api.Tests.Http;

public sealed class AccessTests(HttpFixture fixture) : IClassFixture<HttpFixture>
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer wrong-token")]
    [InlineData("Bearer " + KnownTokens.Good + "x")]
    [InlineData("Basic " + KnownTokens.Good)]
    [InlineData(KnownTokens.Good)]
    public async Task Without_the_right_token_nothing_under_v1_answers(string? authorization)
    {
        foreach (var (method, path) in new[]
        {
            ("GET", "/v1/crates/kept"), ("POST", "/v1/crates"), ("GET", "/v1/none"), ("DELETE", "/v1/crates"), ("GET", "/V1/crates"),
        })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.TryAddWithoutValidation("Authorization", authorization ?? "");
            var response = await AnonymousAsync(request);
            await HttpTestApp.ProblemAsync(response, ProblemCode.Unauthenticated);
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        }
    }

    [Fact]
    public async Task A_token_far_too_long_is_refused_like_a_wrong_one()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/crates/kept");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", new string('x', 10_000));
        await HttpTestApp.ProblemAsync(await AnonymousAsync(request), ProblemCode.Unauthenticated);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/metrics")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/swagger/index.html")]
    public async Task The_open_paths_need_no_token(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        Assert.True((await AnonymousAsync(request)).IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task The_scheme_is_read_in_any_case(string scheme)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/crates/kept");
        request.Headers.Authorization = new AuthenticationHeaderValue(scheme, KnownTokens.Good);
        Assert.True((await AnonymousAsync(request)).IsSuccessStatusCode);
    }

    [Fact]
    public void Tokens_are_long_and_differ()
    {
        var tokens = Enumerable.Range(0, 1_000).Select(_ => AccessToken.Create()).ToHashSet();
        Assert.Equal(1_000, tokens.Count);
        Assert.All(tokens, token => Assert.Matches("^cp_[A-Za-z0-9_-]{43}$", token));
    }

    [SkippableFact]
    [UnsupportedOSPlatform("windows")]
    public void The_bootstrap_token_is_made_once_printed_once_and_readable_by_its_owner_only()
    {
        Skip.If(OperatingSystem.IsWindows(), "file modes");
        var folder = Directory.CreateTempSubdirectory("bootstrap-");
        try
        {
            var path = Path.Combine(folder.FullName, BootstrapTokenFile.FileName);
            using var first = new StringWriter();
            var token = BootstrapTokenFile.Ensure(folder.FullName, configured: null, first);
            Assert.Contains(token, first.ToString(), StringComparison.Ordinal);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            Assert.Equal(token, File.ReadAllText(path).Trim());
            Assert.Equal([path], Directory.GetFiles(folder.FullName));

            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
            using var second = new StringWriter();
            Assert.Equal(token, BootstrapTokenFile.Ensure(folder.FullName, configured: "", second));
            Assert.Equal("", second.ToString());
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_configured_token_is_taken_and_neither_written_nor_printed()
    {
        using var console = new StringWriter();
        Assert.Equal("a-token-of-my-own-1", BootstrapTokenFile.Ensure("/nowhere", "a-token-of-my-own-1", console));
        Assert.Equal("", console.ToString());
    }

    [Theory]
    [InlineData("tab\tinside")]
    [InlineData("with a space in the middle")]
    public void A_configured_token_that_no_header_can_carry_stops_the_start(string configured)
    {
        var refused = Assert.Throws<StartupRefusedException>(() => BootstrapTokenFile.Ensure("/nowhere", configured, TextWriter.Null));
        Assert.StartsWith("ControlPlane:BootstrapToken must ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(configured, refused.Message, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> AnonymousAsync(HttpRequestMessage request) => fixture.App.Anonymous.SendAsync(request);
}
