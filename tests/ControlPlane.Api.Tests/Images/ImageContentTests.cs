using System.Diagnostics;
using System.Text.Json;
using ControlPlane.Api.Images;

namespace ControlPlane.Api.Tests.Images;

public sealed class ImageContentTests : IAsyncLifetime
{
    private SmallService service = null!;

    public async Task InitializeAsync() => service = await SmallService.StartAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    public static TheoryData<string, byte[], string> Refused => new()
    {
        { "QCOW2", Content.Qcow2().With(8, 0x200ul), "flatten it with: qemu-img convert" },
        { "QCOW2", Content.Qcow2().With(72, 0b100ul), "external file" },
        { "QCOW2", Content.Qcow2().With(104, 0x44415441_00000008ul), "external file" },
        { "QCOW2", Content.Qcow2()[..50], "shorter than the header" },
        { "QCOW2", Content.Raw(), "is not a qcow2" },
        { "QCOW2", Content.Qcow2().With(72, 0b10ul), "qemu-img check -r all" },
        { "QCOW2", Content.Qcow2(32L << 40).With(36, 65536ul << 32), "describes a disk of" },
        { "RAW", Content.Qcow2(), "begins like a disk image of another format" },
        { "RAW", [], "is empty" },
        { "ISO", Content.Raw(), "not an ISO 9660 volume" },
        { "KERNEL", Content.Raw(), "neither a Linux bzImage nor an ELF kernel" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Content_that_is_not_what_it_should_be_is_refused_and_leaves_nothing(string format, byte[] content, string sentence)
    {
        await service.PostAsync("/v1/images", new { name = "a", format });
        var (status, problem) = await service.PutAsync("/v1/images/a/content", content);
        Assert.Equal(400, status);
        Assert.Contains(sentence, problem.GetProperty("errors").GetProperty("content")[0].GetString(), StringComparison.Ordinal);
        Assert.Empty(service.ImageFiles);
        Assert.Equal("PENDING", (await service.GetAsync("/v1/images/a")).Body.GetProperty("state").GetString());
    }

    public static TheoryData<string, byte[], long?> Taken => new()
    {
        { "QCOW2", Content.Qcow2(), 1L << 20 },
        { "RAW", Content.Raw(), 100_000 },
        { "ISO", Content.Iso(), 64 * 1024 },
        { "KERNEL", Content.Kernel(), null },
    };

    [Theory]
    [MemberData(nameof(Taken))]
    public async Task Content_of_each_format_is_taken_and_given_back_as_it_was(string format, byte[] content, long? virtualSizeBytes)
    {
        await service.PostAsync("/v1/images", new { name = "a", format });
        var (status, image) = await service.PutAsync("/v1/images/a/content", content);
        Assert.Equal((200, "READY"), (status, image.GetProperty("state").GetString()));
        Assert.Equal(content.Length, image.GetProperty("sizeBytes").GetInt64());
        Assert.Equal(Content.Sha256(content), image.GetProperty("sha256").GetString());
        Assert.Equal(virtualSizeBytes, image.GetProperty("virtualSizeBytes").Deserialize<long?>());
        Assert.Equal(content, await service.Client.GetByteArrayAsync("/v1/images/a/content"));
        Assert.StartsWith(image.GetProperty("id").GetString()!, Assert.Single(service.ImageFiles), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kernel_has_an_initial_ram_disk_and_other_images_have_none()
    {
        await service.PostAsync("/v1/images", new { name = "k", format = "KERNEL" });
        await service.PostAsync("/v1/images", new { name = "r", format = "RAW" });
        var (status, image) = await service.PutAsync("/v1/images/k/content/initrd", Content.Raw());
        Assert.Equal((200, "PENDING"), (status, image.GetProperty("state").GetString()));
        Assert.Equal(Content.Sha256(Content.Raw()), image.GetProperty("initrd").GetProperty("sha256").GetString());
        Assert.Equal(400, (await service.PutAsync("/v1/images/k/content/initrd", [])).Status);
        Assert.Equal(409, (await service.PutAsync("/v1/images/r/content/initrd", Content.Raw())).Status);
        Assert.Equal(409, (await service.GetAsync("/v1/images/k/content")).Status);
    }

    [Fact]
    public async Task The_same_content_again_changes_nothing_and_other_content_replaces_the_file()
    {
        await service.PostAsync("/v1/images", new { name = "a", format = "RAW" });
        await service.PutAsync("/v1/images/a/content", Content.Raw());
        var file = Assert.Single(service.ImageFiles);
        var (_, again) = await service.PutAsync("/v1/images/a/content", Content.Raw());
        Assert.Equal("\"2\"", again.GetProperty("etag").GetString());
        Assert.Equal([file], service.ImageFiles);
        var (_, other) = await service.PutAsync("/v1/images/a/content", Content.Raw(8));
        Assert.Equal("\"3\"", other.GetProperty("etag").GetString());
        Assert.NotEqual(file, Assert.Single(service.ImageFiles));
    }

    [Fact]
    public async Task A_client_that_says_which_content_it_means_is_told_when_other_bytes_came()
    {
        await service.PostAsync("/v1/images", new { name = "a", format = "RAW" });
        var (sent, other) = (Content.Sha256(Content.Raw()), Content.Sha256(Content.Raw(8)));
        Assert.Equal(400, (await service.PutAsync("/v1/images/a/content", Content.Raw(), ("X-Content-SHA256", other))).Status);
        Assert.Equal(400, (await service.PutAsync("/v1/images/a/content", Content.Raw(), ("X-Content-SHA256", "abc"))).Status);
        Assert.Empty(service.ImageFiles);
        var right = await service.PutAsync("/v1/images/a/content", Content.Raw(), ("X-Content-SHA256", sent.ToUpperInvariant()));
        Assert.Equal(200, right.Status);
    }

    [Fact]
    public async Task A_body_of_another_media_type_is_refused()
    {
        await service.PostAsync("/v1/images", new { name = "a", format = "RAW" });
        Assert.Equal(415, (await service.PutAsync("/v1/images/a/content", new StringContent("x"))).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_over_the_limit_is_refused_whether_or_not_it_says_its_length(bool saysLength)
    {
        await using var small = await SmallService.StartAsync(("Images:MaxUploadBytes", "100000"));
        await small.PostAsync("/v1/images", new { name = "a", format = "RAW" });
        var (status, problem) = await small.PutAsync("/v1/images/a/content", new ZeroContent(100_001, saysLength));
        Assert.Equal((413, "payload-too-large"), (status, problem.GetProperty("code").GetString()));
        Assert.Empty(small.ImageFiles);
        Assert.Equal(200, (await small.PutAsync("/v1/images/a/content", new ZeroContent(100_000, saysLength))).Status);
    }

    [Fact]
    public async Task An_upload_that_its_client_breaks_off_leaves_nothing()
    {
        await service.PostAsync("/v1/images", new { name = "a", format = "RAW" });
        using (var socket = await service.BeginUploadAsync("a", 200 << 20))
        {
            await socket.GetStream().WriteAsync(new byte[1 << 20]);
            await UntilAsync(() => service.ImageFiles.Length == 1);
        }
        await UntilAsync(() => service.ImageFiles.Length == 0);
        Assert.Equal("PENDING", (await service.GetAsync("/v1/images/a")).Body.GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_start_removes_files_that_no_image_refers_to_and_keeps_the_others()
    {
        await service.PostAsync("/v1/images", new { name = "a", format = "RAW" });
        await service.PutAsync("/v1/images/a/content", Content.Raw());
        var kept = service.ImageFiles;
        foreach (var stray in new[] { "abc.incoming", $"{kept[0]}x" })
        {
            await File.WriteAllTextAsync(Path.Combine(service.Folder, "data", "images", stray), "left by a crash");
        }
        await service.StopAsync();
        service = await SmallService.StartInAsync(service.Folder);
        await UntilAsync(() => service.ImageFiles.SequenceEqual(kept));
        Assert.Equal(Content.Raw(), await service.Client.GetByteArrayAsync("/v1/images/a/content"));
    }

    [Fact]
    public async Task A_cleaning_in_the_middle_of_uploads_takes_none_of_their_files()
    {
        using var stop = new CancellationTokenSource();
        var cleaning = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) { await service.Get<ImageStore>().CleanAsync(CancellationToken.None); }
        });
        await Parallel.ForAsync(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
        {
            await service.PostAsync("/v1/images", new { name = $"a{i}", format = "RAW" });
            Assert.Equal(200, (await service.PutAsync($"/v1/images/a{i}/content", Content.Raw((byte)i))).Status);
        });
        await stop.CancelAsync();
        await cleaning;
        Assert.Equal(24, service.ImageFiles.Length);
    }

    [Fact]
    public async Task A_part_of_the_content_can_be_asked_for()
    {
        await service.PostAsync("/v1/images", new { name = "k", format = "KERNEL" });
        await service.PutAsync("/v1/images/k/content", Content.Kernel());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/images/k/content") { Headers = { Range = new(0x202, 0x205) } };
        using var response = await service.Client.SendAsync(request);
        Assert.Equal((206, "HdrS"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [SkippableFact]
    public async Task What_the_own_check_passes_qemu_img_may_still_refuse()
    {
        Skip.IfNot(File.Exists("/usr/bin/qemu-img"), "qemu-img is not installed");
        var tooSmallTable = Content.Qcow2(1L << 40).With(36, 1ul << 32);
        await service.PostAsync("/v1/images", new { name = "a", format = "QCOW2" });
        var (status, problem) = await service.PutAsync("/v1/images/a/content", tooSmallTable);
        Assert.Equal(400, status);
        Assert.Contains("cannot be read by qemu-img", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await using var alone = await SmallService.StartAsync(("Images:QemuImgPath", "/nowhere/qemu-img"));
        await alone.PostAsync("/v1/images", new { name = "a", format = "QCOW2" });
        Assert.Equal(200, (await alone.PutAsync("/v1/images/a/content", tooSmallTable)).Status);
    }

    [SkippableFact]
    public async Task What_qemu_img_makes_is_taken_unless_it_stands_on_another_file()
    {
        Skip.IfNot(File.Exists("/usr/bin/qemu-img"), "qemu-img is not installed");
        var (plain, overlay) = (Path.Combine(service.Folder, "plain"), Path.Combine(service.Folder, "overlay"));
        await RunAsync("qemu-img", "create", "-q", "-f", "qcow2", plain, "1G");
        await RunAsync("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", plain, overlay);
        await service.PostAsync("/v1/images", new { name = "a", format = "QCOW2" });
        Assert.Equal(400, (await service.PutAsync("/v1/images/a/content", await File.ReadAllBytesAsync(overlay))).Status);
        var (status, image) = await service.PutAsync("/v1/images/a/content", await File.ReadAllBytesAsync(plain));
        Assert.Equal((200, 1L << 30), (status, image.GetProperty("virtualSizeBytes").GetInt64()));
    }

    [SkippableFact]
    public async Task A_full_disk_is_said_and_the_service_goes_on()
    {
        Skip.IfNot(Environment.UserName == "root", "a small disk can be mounted by root only");
        var folder = Directory.CreateTempSubdirectory("controlplane-").FullName;
        var images = Directory.CreateDirectory(Path.Combine(folder, "data", "images")).FullName;
        Skip.If(await RunAsync("mount", "-t", "tmpfs", "-o", "size=2m", "none", images) != 0, "mounting is not allowed here");
        try
        {
            var small = await SmallService.StartInAsync(folder);
            await small.PostAsync("/v1/images", new { name = "a", format = "RAW" });
            var (status, problem) = await small.PutAsync("/v1/images/a/content", new ZeroContent(4 << 20, saysLength: true));
            Assert.Equal((507, "storage-full"), (status, problem.GetProperty("code").GetString()));
            Assert.Empty(small.ImageFiles);
            Assert.Equal(200, (await small.PutAsync("/v1/images/a/content", Content.Raw())).Status);
            await small.StopAsync();
        }
        finally
        {
            await RunAsync("umount", images);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds()) { await Task.Delay(20, limit.Token); }
    }

    private sealed class ZeroContent(long bytes, bool saysLength) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            var buffer = new byte[64 * 1024];
            for (var left = bytes; left > 0; left -= buffer.Length)
            {
                await stream.WriteAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)));
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes;
            return saysLength;
        }
    }
}
