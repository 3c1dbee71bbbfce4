using System.Net.Http.Headers;
using ControlPlane.Api.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Api.Tests.Http;

/// <summary>What only a real server does: bodies of any size, limits on headers.</summary>
public sealed class KestrelTests : IAsyncLifetime
{
    private readonly WebApplication app = HttpTestApp.Build(
        web => web.UseKestrel().UseUrls("http://127.0.0.1:0"),
        v1 =>
        {
            v1.MapPut("/upload", UploadAsync).Mutates().TakesUpload(3_000_000);
            v1.MapPut("/raw", UploadAsync);
        },
        services: null,
        settings: []);

    private readonly HttpClient client = new();

    public async Task InitializeAsync()
    {
        await app.StartAsync();
        client.BaseAddress = new Uri(app.Urls.Single());
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", KnownTokens.Good);
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
    }

    [Theory]
    [InlineData("/v1/upload", 3_000_000, true)]
    [InlineData("/v1/upload", 3_000_001, false)]
    [InlineData("/v1/raw", 1_048_576, true)]
    [InlineData("/v1/raw", 1_048_577, false)]
    public async Task An_upload_has_a_limit_of_its_own(string path, int bytes, bool fits)
    {
        using var content = new ByteArrayContent(new byte[bytes]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var response = await client.PutAsync(path, content);
        if (fits)
        {
            Assert.Equal($"{{\"bytes\":{bytes}}}", await response.Content.ReadAsStringAsync());
        }
        else
        {
            await HttpTestApp.ProblemAsync(response, ProblemCode.PayloadTooLarge);
        }
    }

    [Fact]
    public async Task Too_many_headers_are_refused_before_there_is_a_request()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/crates/kept");
        for (var i = 0; i < 101; i++)
        {
            request.Headers.Add($"X-Header-{i}", "x");
        }

        using var response = await client.SendAsync(request);
        Assert.Equal(431, (int)response.StatusCode);
    }

    [Fact]
    public async Task The_server_does_not_say_what_it_is()
    {
        using var response = await client.GetAsync("/healthz");
        Assert.Empty(response.Headers.Server);
    }

    private static async Task<Answer> UploadAsync(HttpRequest request, CancellationToken ct)
    {
        var buffer = new byte[65_536];
        var total = 0L;
        for (int read; (read = await request.Body.ReadAsync(buffer, ct)) > 0;)
        {
            total += read;
        }

        return Answer.Ok(new { Bytes = total });
    }
}
