using System.Net.Http.Json;
using System.Text.Json;
using ControlPlane.Core.Images;
using ControlPlane.Core.Names;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Tests.Images;

public sealed class ImageEndpointsTests : IAsyncLifetime
{
    private SmallService service = null!;

    public async Task InitializeAsync() => service = await SmallService.StartAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task An_image_is_made_pending_and_can_be_read_by_its_name_and_its_id()
    {
        var (status, made) = await service.PostAsync("/v1/images", new { name = "probe", format = "QCOW2", labels = new { os = "linux" } });
        Assert.Equal(201, status);
        Assert.Equal("PENDING", made.GetProperty("state").GetString());
        Assert.Equal("linux", made.GetProperty("labels").GetProperty("os").GetString());
        Assert.StartsWith("img_", Text(made, "id"), StringComparison.Ordinal);
        var (_, byName) = await service.GetAsync("/v1/images/probe");
        var (_, byId) = await service.GetAsync($"/v1/images/{Text(made, "id")}");
        Assert.Equal(Text(byName, "id"), Text(byId, "id"));
        Assert.Equal("\"1\"", Text(byId, "etag"));
    }

    [Theory]
    [InlineData("""{"name":"Bad_Name","format":"RAW"}""", "name")]
    [InlineData("""{"name":"../../etc","format":"RAW"}""", "name")]
    [InlineData("""{"name":"a","format":"VMDK"}""", "format")]
    [InlineData("""{"name":"a","format":"RAW","kernelCommandLine":"quiet"}""", "kernelCommandLine")]
    [InlineData("""{"name":"a","format":"KERNEL","kernelCommandLine":"a\nb"}""", "kernelCommandLine")]
    [InlineData("""{"name":"a","format":"KERNEL","kernelCommandLine":"é"}""", "kernelCommandLine")]
    [InlineData("""{"name":"a","format":"RAW","importInitrdFrom":"x"}""", "importInitrdFrom")]
    [InlineData("""{"name":"a","format":"RAW","labels":{"":"x"}}""", "labels")]
    [InlineData("""{"name":"a","format":"RAW","importFrom":"x"}""", "importFrom")]
    [InlineData("""{"name":"a","format":"RAW","size":1}""", "size")]
    public async Task A_bad_create_is_refused_by_its_field(string body, string field)
    {
        using var response = await service.Client.PostAsync("/v1/images", new StringContent(body, null, "application/json"));
        Assert.Equal(400, (int)response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
        Assert.Empty((await service.GetAsync("/v1/images")).Body.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Without_an_import_folder_the_refusal_names_the_key_that_sets_one()
    {
        var (status, problem) = await service.PostAsync("/v1/images", new { name = "a", format = "RAW", importFrom = "a.img" });
        Assert.Equal(400, status);
        Assert.Contains("ControlPlane:Images:ImportFolder", Text(problem, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_name_is_refused_and_an_unknown_image_is_not_found()
    {
        await MakeAsync("probe", "RAW");
        var (status, problem) = await service.PostAsync("/v1/images", new { name = "probe", format = "RAW" });
        Assert.Equal((409, "already-exists"), (status, Text(problem, "code")));
        foreach (var path in new[] { "/v1/images/none", "/v1/images/none/content", "/v1/images/img_0" })
        {
            Assert.Equal(404, (await service.GetAsync(path)).Status);
        }
        Assert.Equal(404, (await service.DeleteAsync("/v1/images/none")).Status);
        Assert.Equal(404, (await service.PatchAsync("/v1/images/none", "{}")).Status);
        Assert.Equal(404, (await service.PutAsync("/v1/images/none/content", Content.Raw())).Status);
    }

    [Fact]
    public async Task A_list_filters_by_format_state_name_and_label()
    {
        await MakeAsync("a", "RAW", new { env = "prod" });
        await MakeAsync("b", "QCOW2", new { env = "test" });
        await MakeAsync("c", "RAW", new { env = "test" });
        await service.PutAsync("/v1/images/c/content", Content.Raw());
        Assert.Equal(["a", "c"], await NamesAsync("format = RAW"));
        Assert.Equal(["c"], await NamesAsync("state = READY"));
        Assert.Equal(["b"], await NamesAsync("name = b"));
        Assert.Equal(["b", "c"], await NamesAsync("labels.env = test"));
    }

    [Fact]
    public async Task A_change_takes_labels_and_the_command_line_of_a_kernel_only()
    {
        await MakeAsync("k", "KERNEL");
        await MakeAsync("r", "RAW");
        var (status, changed) = await service.PatchAsync("/v1/images/k", """{"kernelCommandLine":"console=ttyS0","labels":{"a":"b"}}""");
        Assert.Equal((200, "console=ttyS0", "\"2\""), (status, Text(changed, "kernelCommandLine"), Text(changed, "etag")));
        Assert.Equal("\"2\"", Text((await service.PatchAsync("/v1/images/k", """{"labels":{"a":"b"}}""")).Body, "etag"));
        Assert.Equal(400, (await service.PatchAsync("/v1/images/r", """{"kernelCommandLine":"x"}""")).Status);
        Assert.Equal(400, (await service.PatchAsync("/v1/images/k", $$"""{"kernelCommandLine":"{{new string('x', 2049)}}"}""")).Status);
        Assert.Equal(400, (await service.PatchAsync("/v1/images/k", """{"format":"RAW"}""")).Status);
    }

    [Fact]
    public async Task A_stale_etag_changes_nothing()
    {
        await MakeAsync("a", "RAW");
        foreach (var (method, path) in new[] { ("PATCH", "/v1/images/a"), ("PUT", "/v1/images/a/content"), ("DELETE", "/v1/images/a") })
        {
            using var request = new HttpRequestMessage(new(method), path) { Headers = { { "If-Match", "\"9\"" } } };
            if (method != "DELETE") { request.Content = new ByteArrayContent("{}"u8.ToArray()); }
            request.Content?.Headers.Add("Content-Type", method == "PATCH" ? "application/merge-patch+json" : "application/octet-stream");
            using var response = await service.Client.SendAsync(request);
            Assert.Equal(412, (int)response.StatusCode);
        }
        Assert.Equal("\"1\"", Text((await service.GetAsync("/v1/images/a")).Body, "etag"));
    }

    [Fact]
    public async Task A_rehearsal_writes_neither_rows_nor_files()
    {
        Assert.Equal(200, (await service.PostAsync("/v1/images?validateOnly=true", new { name = "a", format = "RAW" })).Status);
        Assert.Equal(404, (await service.GetAsync("/v1/images/a")).Status);
        await MakeAsync("a", "RAW");
        Assert.Equal(200, (await service.PutAsync("/v1/images/a/content?validateOnly=true", Content.Raw())).Status);
        Assert.Empty(service.ImageFiles);
        await service.PutAsync("/v1/images/a/content", Content.Raw());
        Assert.Equal(200, (await service.DeleteAsync("/v1/images/a?validateOnly=true")).Status);
        Assert.Single(service.ImageFiles);
    }

    [Fact]
    public async Task An_image_that_vms_use_keeps_its_content_and_is_not_deleted()
    {
        var id = await MakeAsync("disk", "RAW");
        await service.PutAsync("/v1/images/disk/content", Content.Raw());
        await service.WriteAsync(session =>
        {
            foreach (var name in new[] { "web-1", "web-2", "web-3", "web-4" }) { session.Db.Vms.Add(VmOf(name, id, session.Now)); }
        });
        var (status, problem) = await service.DeleteAsync("/v1/images/disk");
        Assert.Equal((409, "invalid-state"), (status, Text(problem, "code")));
        Assert.Contains("'web-1', 'web-2', 'web-3' and others", Text(problem, "detail"), StringComparison.Ordinal);
        Assert.Equal(409, (await service.PutAsync("/v1/images/disk/content", Content.Raw(8))).Status);
        Assert.Equal(200, (await service.PutAsync("/v1/images/disk/content", Content.Raw())).Status);
        Assert.Equal(Content.Raw(), await service.Client.GetByteArrayAsync("/v1/images/disk/content"));
        Assert.Single(service.ImageFiles);
    }

    [Fact]
    public async Task A_deleted_image_leaves_no_file()
    {
        await MakeAsync("k", "KERNEL");
        await service.PutAsync("/v1/images/k/content", Content.Kernel());
        await service.PutAsync("/v1/images/k/content/initrd", Content.Raw());
        Assert.Equal(2, service.ImageFiles.Length);
        Assert.Equal(204, (await service.DeleteAsync("/v1/images/k")).Status);
        Assert.Empty(service.ImageFiles);
    }

    [Fact]
    public async Task The_same_key_makes_one_image()
    {
        async Task<(int, string?)> CreateAsync(string name)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images") { Headers = { { "Idempotency-Key", "k1" } } };
            request.Content = JsonContent.Create(new { name, format = "RAW" });
            using var response = await service.Client.SendAsync(request);
            return ((int)response.StatusCode, Text(await response.Content.ReadFromJsonAsync<JsonElement>(), "id"));
        }

        var first = await CreateAsync("a");
        Assert.Equal(first, await CreateAsync("a"));
        Assert.Equal(422, (await CreateAsync("b")).Item1);
    }

    internal static Vm VmOf(string name, string image, DateTimeOffset now) => new(
        new(Guid.CreateVersion7(now)), "default", ResourceName.Parse(name), new(Guid.CreateVersion7(now)),
        new() { Vcpus = 1, MemoryMiB = 64, DiskGiB = 1, Image = ImageId.Parse(image) }, new(Guid.CreateVersion7(now)), now);

    private async Task<string> MakeAsync(string name, string format, object? labels = null)
    {
        var (status, made) = await service.PostAsync("/v1/images", new { name, format, labels = labels ?? new { } });
        Assert.Equal(201, status);
        return Text(made, "id")!;
    }

    private async Task<string[]> NamesAsync(string filter) =>
        [.. (await service.GetAsync($"/v1/images?filter={Uri.EscapeDataString(filter)}")).Body.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("name").GetString()!).Order()];

    private static string? Text(JsonElement element, string member) =>
        element.TryGetProperty(member, out var value) ? value.GetString() : null;
}
