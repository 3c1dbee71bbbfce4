using System.Text;

namespace ControlPlane.Api.Tests.Images;

/// <summary>Counts what the whole process allocates, and so runs while no other test does.</summary>
[Collection(nameof(ImageMemoryTests))]
[CollectionDefinition(nameof(ImageMemoryTests), DisableParallelization = true)]
public sealed class ImageMemoryTests
{
    private const long LargeBytes = 200L << 20;

    [Fact]
    public async Task A_large_upload_is_streamed_in_constant_memory()
    {
        await using var service = await SmallService.StartAsync();
        await service.PostAsync("/v1/images", new { name = "a", format = "RAW" });
        await service.PutAsync("/v1/images/a/content", Content.Raw());
        var (block, answer) = (new byte[1 << 20], new byte[4096]);
        using var socket = await service.BeginUploadAsync("a", LargeBytes);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var sent = 0L; sent < LargeBytes; sent += block.Length) { await socket.GetStream().WriteAsync(block); }
        var count = await socket.GetStream().ReadAsync(answer);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(answer, 0, count), StringComparison.Ordinal);
        Assert.Equal(LargeBytes, (await service.GetAsync("/v1/images/a")).Body.GetProperty("sizeBytes").GetInt64());
        Assert.InRange(allocated, 0, LargeBytes / 32);
    }
}
