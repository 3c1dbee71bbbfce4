using System.Net;
using System.Security.Cryptography;
using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Remote;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Agent.Tests.Remote;

public sealed class ImageCacheTests : IDisposable
{
    private static readonly byte[] content = [.. Enumerable.Range(0, 300_000).Select(number => (byte)number)];
    private static readonly string sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
    private static readonly ImageSource source = new("img_1/content", content.Length, sha256);

    private readonly string path = Directory.CreateTempSubdirectory("controlplane-images-").FullName;
    private readonly AgentFolder folder;
    private int asked;

    public ImageCacheTests() => folder = AgentFolder.Take(path);

    public void Dispose()
    {
        folder.Dispose();
        Directory.Delete(path, recursive: true);
    }

    [Fact]
    public async Task An_image_is_fetched_once_however_many_vms_ask()
    {
        var cache = Answering(content);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => cache.EnsureAsync(source, CancellationToken.None)));
        Assert.Equal(1, asked);
        Assert.Equal(content, await File.ReadAllBytesAsync(cache.PathOf(source)));
    }

    [Theory]
    [InlineData(299_999, false)]
    [InlineData(300_001, false)]
    [InlineData(300_000, true)]
    public async Task What_is_not_the_image_leaves_nothing(int bytes, bool spoiled)
    {
        var sent = new byte[bytes];
        content.AsSpan(0, Math.Min(bytes, content.Length)).CopyTo(sent);
        if (spoiled) { sent[1_000] ^= 1; }

        var fault = await Assert.ThrowsAsync<VmDriverException>(() => Answering(sent).EnsureAsync(source, CancellationToken.None));
        Assert.Equal("ImageUnavailable", fault.Reason);
        Assert.Empty(Directory.EnumerateFiles(folder.Images));
        await Answering(content).EnsureAsync(source, CancellationToken.None);
    }

    [Fact]
    public async Task A_refusal_of_the_service_is_told_in_its_own_words()
    {
        var words = """{"code":"foreign-image","detail":"No VM of this host stands on it."}"""u8.ToArray();
        var cache = Answering(words, HttpStatusCode.Forbidden);
        var fault = await Assert.ThrowsAsync<VmDriverException>(() => cache.EnsureAsync(source, CancellationToken.None));
        Assert.Contains("No VM of this host stands on it.", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../../../../../../../../../../../../../../../../../../etc/passwd0")]
    public void A_name_that_is_no_hash_is_no_file(string name) =>
        Assert.Throws<VmDriverException>(() => Answering(content).PathOf(source with { Sha256 = name }));

    private ImageCache Answering(byte[] bytes, HttpStatusCode status = HttpStatusCode.OK) => new(
        new HttpClient(new Server(this, bytes, status)) { BaseAddress = new Uri("https://service") }, folder, TimeProvider.System,
        NullLogger<ImageCache>.Instance);

    private sealed class Server(ImageCacheTests tests, byte[] bytes, HttpStatusCode status) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref tests.asked);
            Assert.Equal("/agent/v1/images/img_1/content", request.RequestUri!.AbsolutePath);
            return Task.FromResult(new HttpResponseMessage(status) { Content = new ByteArrayContent(bytes) });
        }
    }
}
