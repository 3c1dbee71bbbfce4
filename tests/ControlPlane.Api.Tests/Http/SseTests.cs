using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using ControlPlane.Api.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Api.Tests.Http;

public sealed class SseTests
{
    private readonly Channel<SseEvent> feed = Channel.CreateBounded<SseEvent>(8);
    private readonly FakeTimeProvider time = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public void A_frame_has_id_event_and_one_line_of_json() => Assert.Equal(
        "id: 42\nevent: vm.changed\ndata: {\"text\":\"two\\nlines\",\"none\":null}\n\n",
        Encoding.UTF8.GetString(Sse.Frame(new SseEvent(42, "vm.changed", new { Text = "two\nlines", None = (string?)null }))));

    [Fact]
    public async Task Events_come_as_they_happen_until_the_source_ends()
    {
        await using var app = await StartAsync();
        using var response = await OpenAsync(app, "/v1/feed");
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.ToString());
        Assert.Contains("no-store", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        foreach (var id in new[] { 1, 2 })
        {
            await feed.Writer.WriteAsync(new SseEvent(id, "tick", new { id }));
            Assert.Equal($"id: {id}", await reader.ReadLineAsync());
            Assert.Equal("event: tick", await reader.ReadLineAsync());
            Assert.Equal($"data: {{\"id\":{id}}}", await reader.ReadLineAsync());
            Assert.Equal("", await reader.ReadLineAsync());
        }

        feed.Writer.Complete();
        Assert.Null(await reader.ReadLineAsync());
        await ended.Task;
    }

    [Fact]
    public async Task A_quiet_stream_gets_a_comment_every_fifteen_seconds()
    {
        await using var app = await StartAsync();
        using var response = await OpenAsync(app, "/v1/feed");
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        for (var i = 0; i < 3; i++)
        {
            var line = reader.ReadLineAsync();
            var begun = Stopwatch.GetTimestamp();
            while (!line.IsCompleted)
            {
                Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(30), "no comment came");
                time.Advance(TimeSpan.FromSeconds(15));
                await Task.Yield();
            }

            Assert.Equal(": keep-alive", await line);
            Assert.Equal("", await reader.ReadLineAsync());
        }

        await feed.Writer.WriteAsync(new SseEvent(9, "late", new { }));
        Assert.Contains(await reader.ReadLineAsync(), new[] { "id: 9", ": keep-alive" });
    }

    [Theory]
    [InlineData("/v1/feed", null, "none")]
    [InlineData("/v1/feed?after=5", null, "5")]
    [InlineData("/v1/feed", "7", "7")]
    [InlineData("/v1/feed?after=5", "7", "7")]
    public async Task A_reader_goes_on_after_its_last_event(string path, string? last, string expected)
    {
        await using var app = await StartAsync();
        using var response = await OpenAsync(app, path, last);
        Assert.Equal(expected, response.Headers.GetValues("Seen-After").Single());
    }

    [Theory]
    [InlineData("/v1/feed?after=-1", null)]
    [InlineData("/v1/feed?after=x", null)]
    [InlineData("/v1/feed", "x")]
    [InlineData("/v1/feed?before=1", null)]
    public async Task A_place_that_is_none_is_refused(string path, string? last)
    {
        await using var app = await StartAsync();
        await HttpTestApp.ProblemAsync(await OpenAsync(app, path, last), ProblemCode.ValidationFailed);
    }

    [Fact]
    public async Task The_source_ends_when_its_reader_goes_away()
    {
        await using var app = await StartAsync();
        var response = await OpenAsync(app, "/v1/feed");
        await feed.Writer.WriteAsync(new SseEvent(1, "tick", new { }));
        await new StreamReader(await response.Content.ReadAsStreamAsync()).ReadLineAsync();
        response.Dispose();
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task One_stream_more_than_allowed_is_refused_and_ordinary_calls_go_on()
    {
        await using var app = await StartAsync(("ControlPlane:Http:MaxOpenStreams", "1"));
        using var open = await OpenAsync(app, "/v1/feed");
        await HttpTestApp.ProblemAsync(await OpenAsync(app, "/v1/feed"), ProblemCode.RateLimited);
        Assert.Equal(HttpStatusCode.OK, (await app.SendAsync("GET", "/v1/crates/kept")).StatusCode);
    }

    [Fact]
    public async Task A_stream_that_nothing_bounds_is_a_fault_of_ours()
    {
        await using var app = await StartAsync();
        await HttpTestApp.ProblemAsync(await app.SendAsync("GET", "/v1/unbounded"), ProblemCode.Internal);
    }

    private static Task<HttpResponseMessage> OpenAsync(HttpTestApp app, string path, string? last = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (last is not null)
        {
            request.Headers.Add("Last-Event-ID", last);
        }

        return app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private Task<HttpTestApp> StartAsync(params IEnumerable<(string Key, string Value)> settings) => HttpTestApp.StartAsync(
        v1 =>
        {
            v1.MapGet("/feed", Feed).Streams();
            v1.MapGet("/unbounded", () => Sse.Of(FollowAsync(CancellationToken.None)));
        },
        services => services.AddSingleton<TimeProvider>(time),
        settings);

    private IResult Feed(StreamTerms terms, HttpResponse response, CancellationToken ct)
    {
        response.Headers["Seen-After"] = terms.After?.ToString() ?? "none";
        return Sse.Of(FollowAsync(ct));
    }

    private async IAsyncEnumerable<SseEvent> FollowAsync([EnumeratorCancellation] CancellationToken ct)
    {
        try
        {
            await foreach (var one in feed.Reader.ReadAllAsync(ct))
            {
                yield return one;
            }
        }
        finally
        {
            ended.TrySetResult();
        }
    }
}
