using System.Net.Http.Json;
using System.Text.Json;
using ControlPlane.Api.Tests.Images;
using ControlPlane.Core.Images;
using ControlPlane.Core.Names;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Tests.Events;

public abstract class EventStreamTests : IAsyncLifetime
{
    private SmallService service = null!;

    public async Task InitializeAsync() => service = await StartAsync();

    public virtual async Task DisposeAsync()
    {
        if (service is not null) { await service.DisposeAsync(); }
    }

    /// <summary>A service on the database that the suite is about.</summary>
    private protected abstract Task<SmallService> StartAsync();

    [SkippableFact]
    public async Task A_change_tells_its_revision_kind_type_and_etag()
    {
        await service.PostAsync("/v1/images", new { name = "a", format = "RAW" });
        await service.PatchAsync("/v1/images/a", """{"labels":{"x":"y"}}""");
        await service.DeleteAsync("/v1/images/a");
        var events = await TakeAsync(0, 3);
        Assert.Equal(["1 CREATED \"1\"", "2 UPDATED \"2\"", "3 DELETED "], events.Select(change =>
            $"{change.GetProperty("revision")} {change.GetProperty("type")} {change.GetProperty("etag")}"));
        Assert.All(events, change => Assert.Equal(("IMAGE", "a", "default"),
            (change.GetProperty("kind").GetString(), change.GetProperty("name").GetString(), change.GetProperty("project").GetString())));
    }

    [SkippableFact]
    public async Task Readers_that_come_and_go_while_others_write_miss_nothing_and_see_nothing_twice()
    {
        const int Images = 300;
        var writing = Parallel.ForAsync(0, Images, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (i, _) =>
            Assert.Equal(201, (await service.PostAsync("/v1/images", new { name = $"i{i}", format = "RAW" })).Status));
        var seen = new List<long>();
        var chance = new Random(7);
        while (seen.Count < Images)
        {
            var count = Math.Min(chance.Next(1, 40), Images - seen.Count);
            seen.AddRange((await TakeAsync(seen.LastOrDefault(), count)).Select(change => change.GetProperty("revision").GetInt64()));
        }
        await writing;
        Assert.Equal(Enumerable.Range(1, Images).Select(revision => (long)revision), seen);
    }

    [SkippableFact]
    public async Task The_last_event_id_counts_more_than_the_query()
    {
        for (var i = 0; i < 3; i++) { await service.PostAsync("/v1/images", new { name = $"i{i}", format = "RAW" }); }
        Assert.Equal(3, (await TakeAsync(0, 1, lastEventId: 2))[0].GetProperty("revision").GetInt64());
    }

    [SkippableFact]
    public async Task A_revision_yet_to_come_is_waited_for()
    {
        var reading = TakeAsync(2, 1);
        for (var i = 0; i < 3; i++) { await service.PostAsync("/v1/images", new { name = $"i{i}", format = "RAW" }); }
        Assert.Equal("i2", (await reading)[0].GetProperty("name").GetString());
    }

    [SkippableFact]
    public async Task Changes_of_another_project_are_passed_over()
    {
        await service.PostAsync("/v1/images", new { name = "a", format = "RAW" });
        await service.Store.WriteAsync("other", async session =>
        {
            var id = new ImageId(Guid.CreateVersion7(session.Now));
            session.Db.Images.Add(new(id, "other", ResourceName.Parse("b"), ImageFormat.Raw, session.Now));
            await session.Db.SaveChangesAsync(CancellationToken.None);
            return true;
        }, CancellationToken.None);
        await service.PostAsync("/v1/images", new { name = "c", format = "RAW" });
        Assert.Equal(["a", "c"], (await TakeAsync(0, 2)).Select(change => change.GetProperty("name").GetString()));
    }

    [SkippableFact]
    public async Task What_is_no_longer_kept_is_gone_and_zero_begins_with_the_oldest()
    {
        for (var i = 0; i < 5; i++) { await service.PostAsync("/v1/images", new { name = $"i{i}", format = "RAW" }); }
        await service.Store.WriteAsync(
            null, session => session.Db.Events.Where(row => row.Revision < 4).ExecuteDeleteAsync(), CancellationToken.None);
        var (status, problem) = await service.GetAsync("/v1/events?after=2");
        Assert.Equal((410, "revision-expired"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal(4, problem.GetProperty("oldestRevision").GetInt64());
        Assert.Equal(4, (await TakeAsync(3, 1))[0].GetProperty("revision").GetInt64());
        Assert.Equal(4, (await TakeAsync(0, 1))[0].GetProperty("revision").GetInt64());
    }

    [SkippableTheory]
    [InlineData("/v1/events?after=-1")]
    [InlineData("/v1/events?after=x")]
    [InlineData("/v1/events?since=1")]
    public async Task A_place_that_is_none_is_refused(string path) => Assert.Equal(400, (await service.GetAsync(path)).Status);

    private async Task<IReadOnlyList<JsonElement>> TakeAsync(long after, int count, long? lastEventId = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/events?after={after}");
        if (lastEventId is { } id) { request.Headers.Add("Last-Event-ID", $"{id}"); }
        using var response = await service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(limit.Token));
        var (events, frame) = (new List<JsonElement>(), new Dictionary<string, string>());
        while (events.Count < count && await reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Split(": ", 2) is [{ Length: > 0 } field, var value]) { frame[field] = value; }
            if (line.Length > 0 || frame.Count == 0) { continue; }
            var change = JsonDocument.Parse(frame["data"]).RootElement;
            Assert.Equal((frame["id"], "change"), (change.GetProperty("revision").ToString(), frame["event"]));
            events.Add(change);
            frame.Clear();
        }
        return events;
    }
}
