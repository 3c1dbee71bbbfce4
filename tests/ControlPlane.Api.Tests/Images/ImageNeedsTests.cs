using System.Net.Http.Headers;
using System.Text.Json;

namespace ControlPlane.Api.Tests.Images;

/// <summary>What an image needs of a host and of a VM.</summary>
public sealed class ImageNeedsTests : IAsyncLifetime
{
    private readonly ServiceFixture service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task An_image_says_what_it_needs_and_lists_are_filtered_by_it()
    {
        await ImageAsync(new { name = "arm", format = "RAW", architecture = "AARCH64", firmware = "UEFI", minMemoryMiB = 512, minDiskGiB = 2 });
        await ImageAsync(new { name = "any", format = "RAW" });

        var (arm, any) = (await service.GetAsync("/v1/images/arm"), await service.GetAsync("/v1/images/any"));

        Assert.Equal(("AARCH64", "UEFI", 512, 2), (Text(arm, "architecture"), Text(arm, "firmware"),
            arm.GetProperty("minMemoryMiB").GetInt32(), arm.GetProperty("minDiskGiB").GetInt32()));
        Assert.Equal(("X86_64", null), (Text(any, "architecture"), Text(any, "firmware")));
        Assert.Equal(JsonValueKind.Null, any.GetProperty("minMemoryMiB").ValueKind);
        Assert.Equal("arm", await NamesAsync("architecture=AARCH64"));
        Assert.Equal("arm", await NamesAsync("firmware=UEFI"));
        Assert.Equal("any", await NamesAsync("architecture=X86_64"));
        await PatchAsync("arm", new { firmware = (string?)null, minMemoryMiB = 1024 });
        arm = await service.GetAsync("/v1/images/arm");
        Assert.Equal((null, 1024, "AARCH64"), (Text(arm, "firmware"), arm.GetProperty("minMemoryMiB").GetInt32(), Text(arm, "architecture")));
    }

    [Theory]
    [InlineData("architecture", "\"X86\"")]
    [InlineData("firmware", "\"EFI\"")]
    [InlineData("minMemoryMiB", "0")]
    [InlineData("minMemoryMiB", "16777217")]
    [InlineData("minDiskGiB", "-1")]
    public async Task A_need_that_cannot_be_is_refused_by_its_field(string field, string value)
    {
        var body = $$"""{"name":"bad","format":"RAW","{{field}}":{{value}}}""";
        var problem = await ServiceFixture.RefusedAsync(400, "validation-failed", await service.PostAsync("/v1/images", body));
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    [Fact]
    public async Task A_vm_smaller_than_its_image_needs_is_refused_with_both_numbers_when_it_is_made_and_when_it_shrinks()
    {
        await service.AddHostAsync("h");
        await ImageAsync(new { name = "big", format = "RAW", minMemoryMiB = 512, minDiskGiB = 2 });

        var memory = await VmAsync(400, "validation-failed", new { vcpus = 1, memoryMiB = 511, diskGiB = 2, image = "big" });
        var disk = await VmAsync(400, "validation-failed", new { vcpus = 1, memoryMiB = 512, diskGiB = 1, image = "big" });
        await service.CreateVmAsync("fits", new { vcpus = 1, memoryMiB = 1024, diskGiB = 2, image = "big", desiredState = "STOPPED" });

        Assert.Equal("is 511, and image 'big' needs at least 512 MiB", Error(memory, "spec.memoryMiB"));
        Assert.Equal("is 1, and image 'big' needs at least 2 GiB", Error(disk, "spec.diskGiB"));
        var shrunk = await ServiceFixture.RefusedAsync(400, "validation-failed",
            await service.SendAsync(HttpMethod.Patch, "/v1/vms/fits", new { spec = new { memoryMiB = 256 } }));
        Assert.Equal("is 256, and image 'big' needs at least 512 MiB", Error(shrunk, "spec.memoryMiB"));
    }

    [Fact]
    public async Task An_image_goes_where_its_architecture_and_its_firmware_are()
    {
        await service.AddHostAsync("pc");
        await ImageAsync(new { name = "arm", format = "RAW", architecture = "AARCH64", firmware = "UEFI" });
        var spec = new { vcpus = 1, memoryMiB = 256, diskGiB = 1, image = "arm" };

        var refused = await VmAsync(422, "exceeds-every-host", spec);
        Assert.Contains("architecture needs AARCH64, has X86_64", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await service.PostedAsync(201, "/v1/hosts", new
        {
            name = "small-board", driver = "SIMULATED", architecture = "AARCH64", firmwares = new[] { "UEFI" },
            capacity = new { vcpu = 4, memoryMiB = 4096, diskGiB = 100 },
        });
        await service.CreateVmAsync("on-arm", spec);

        var host = await service.GetAsync("/v1/hosts/small-board");
        Assert.Equal(Text(host, "id"), Text((await service.GetAsync("/v1/vms/on-arm")).GetProperty("status"), "host"));
        Assert.Equal("UEFI", Assert.Single(host.GetProperty("firmwares").EnumerateArray()).GetString());
    }

    private async Task ImageAsync(object body)
    {
        var name = Text(await service.PostedAsync(201, "/v1/images", body), "name");
        using var content = new ByteArrayContent(Content.Raw());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        await ServiceFixture.ReadAsync(200, await service.Client.PutAsync($"/v1/images/{name}/content", content));
    }

    private async Task<JsonElement> VmAsync(int status, string code, object spec) =>
        await ServiceFixture.RefusedAsync(status, code, await service.PostAsync("/v1/vms", new { name = "vm", spec }));

    private async Task PatchAsync(string image, object patch) =>
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, $"/v1/images/{image}", patch));

    private async Task<string> NamesAsync(string filter) =>
        string.Join(',',  (await service.GetAsync($"/v1/images?filter={filter}")).GetProperty("items").EnumerateArray().Select(image => Text(image, "name")));

    private static string? Error(JsonElement problem, string field) => problem.GetProperty("errors").GetProperty(field)[0].GetString();

    private static string? Text(JsonElement body, string member) => body.GetProperty(member).GetString();
}
