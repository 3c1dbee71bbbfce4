using System.Text.Json;

namespace ControlPlane.Api.Tests.Images;

public sealed class ImageImportTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("controlplane-import-").FullName;
    private SmallService service = null!;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(folder, "in", "deep"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "in", "deep", "disk.raw"), Content.Raw());
        await File.WriteAllBytesAsync(Path.Combine(folder, "in", "vmlinuz"), Content.Kernel());
        await File.WriteAllBytesAsync(Path.Combine(folder, "secret"), Content.Raw());
        File.CreateSymbolicLink(Path.Combine(folder, "in", "inside"), "deep/disk.raw");
        File.CreateSymbolicLink(Path.Combine(folder, "in", "outside"), "../secret");
        File.CreateSymbolicLink(Path.Combine(folder, "in", "up"), "..");
        File.CreateSymbolicLink(Path.Combine(folder, "in", "passwd"), "/etc/passwd");
        service = await SmallService.StartAsync(("Images:ImportFolder", Path.Combine(folder, "in")));
    }

    public async Task DisposeAsync()
    {
        await service.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("deep/disk.raw")]
    [InlineData("inside")]
    public async Task A_file_below_the_folder_becomes_a_ready_image(string path)
    {
        var (status, image) = await service.PostAsync("/v1/images", new { name = "a", format = "RAW", importFrom = path });
        Assert.Equal((201, "READY"), (status, image.GetProperty("state").GetString()));
        Assert.Equal(Content.Sha256(Content.Raw()), image.GetProperty("sha256").GetString());
        Assert.Equal(Content.Raw(), await service.Client.GetByteArrayAsync("/v1/images/a/content"));
    }

    [Fact]
    public async Task A_kernel_comes_with_its_initial_ram_disk_and_command_line()
    {
        var (status, image) = await service.PostAsync("/v1/images", new
        {
            name = "k", format = "KERNEL", kernelCommandLine = "console=ttyS0", importFrom = "vmlinuz", importInitrdFrom = "deep/disk.raw",
        });
        Assert.Equal((201, "READY"), (status, image.GetProperty("state").GetString()));
        Assert.Equal(100_000, image.GetProperty("initrd").GetProperty("sizeBytes").GetInt64());
        Assert.Equal(2, service.ImageFiles.Length);
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("deep/../../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("outside")]
    [InlineData("up/secret")]
    [InlineData("passwd")]
    [InlineData("deep")]
    [InlineData("none")]
    [InlineData("")]
    [InlineData("deep//disk.raw")]
    [InlineData("./deep/disk.raw")]
    [InlineData("vmlinuz\u0000")]
    public async Task What_is_not_a_plain_file_below_the_folder_is_refused(string path)
    {
        var (status, problem) = await service.PostAsync("/v1/images", new { name = "a", format = "RAW", importFrom = path });
        Assert.Equal(400, status);
        Assert.True(problem.GetProperty("errors").TryGetProperty("importFrom", out _));
        Assert.Equal(404, (await service.GetAsync("/v1/images/a")).Status);
        Assert.Empty(service.ImageFiles);
    }

    [Fact]
    public async Task Bad_content_or_a_bad_second_file_leaves_nothing()
    {
        var (status, problem) = await service.PostAsync("/v1/images", new { name = "a", format = "QCOW2", importFrom = "deep/disk.raw" });
        Assert.Equal(400, status);
        Assert.Contains("is not a qcow2", problem.GetProperty("errors").GetProperty("importFrom")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(400, (await service.PostAsync("/v1/images", new
        {
            name = "a", format = "KERNEL", importFrom = "vmlinuz", importInitrdFrom = "outside",
        })).Status);
        Assert.Empty(service.ImageFiles);
    }

    [Fact]
    public async Task A_taken_name_and_a_rehearsal_leave_nothing()
    {
        await service.PostAsync("/v1/images", new { name = "a", format = "RAW" });
        Assert.Equal(409, (await service.PostAsync("/v1/images", new { name = "a", format = "RAW", importFrom = "inside" })).Status);
        var rehearsed = await service.PostAsync("/v1/images?validateOnly=true", new { name = "b", format = "RAW", importFrom = "inside" });
        Assert.Equal(200, rehearsed.Status);
        Assert.Empty(service.ImageFiles);
    }

    [Fact]
    public async Task The_same_key_gives_the_first_answer_even_when_the_file_has_gone()
    {
        async Task<(int, string)> ImportAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images") { Headers = { { "Idempotency-Key", "k1" } } };
            request.Content = new StringContent("""{"name":"a","format":"RAW","importFrom":"deep/disk.raw"}""", null, "application/json");
            using var response = await service.Client.SendAsync(request);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }

        var first = await ImportAsync();
        File.Delete(Path.Combine(folder, "in", "deep", "disk.raw"));
        Assert.Equal(first, await ImportAsync());
        Assert.Equal(201, first.Item1);
        Assert.Single(service.ImageFiles);
    }
}
