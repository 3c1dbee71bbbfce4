using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Agent.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Agent.Tests.Drivers.Qemu;

/// <summary>The monitor's protocol against a scripted other side.</summary>
public sealed class QmpConnectionTests : IAsyncLifetime
{
    private const string Greeting = """{"QMP": {"version": {"qemu": {"major": 7}}, "capabilities": []}}""";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeTimeProvider time = new();
    private NetworkStream? ours;
    private NetworkStream? theirs;
    private StreamReader? requests;

    private NetworkStream Theirs => theirs!;

    public async Task InitializeAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), $"qmp-{Guid.NewGuid():N}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(path));
        theirs = new NetworkStream(await listener.AcceptAsync(), ownsSocket: true);
        ours = new NetworkStream(client, ownsSocket: true);
        requests = new StreamReader(Theirs, Encoding.UTF8);
        File.Delete(path);
    }

    public async Task DisposeAsync()
    {
        await ours!.DisposeAsync();
        await Theirs.DisposeAsync();
    }

    [Fact]
    public async Task A_frame_that_comes_byte_by_byte_is_one_frame()
    {
        var opening = OpenAsync();
        foreach (var part in Encoding.UTF8.GetBytes(Greeting + "\r\n"))
        {
            await Theirs.WriteAsync(new[] { part });
        }

        await AnswerNextAsync("qmp_capabilities", "{}");
        await using var connection = await opening;
        var asking = connection.ExecuteAsync("query-status", null, None);
        await AnswerNextAsync("query-status", """{"status": "running"}""");
        Assert.Equal("running", (await asking).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Events_between_a_command_and_its_answer_are_kept_apart_from_it()
    {
        await using var connection = await OpenedAsync();
        var asking = connection.ExecuteAsync("stop", null, None);
        await SendAsync("""{"event": "STOP", "data": {}}""");
        await AnswerNextAsync("stop", "{}", then: """{"event": "SHUTDOWN", "data": {"guest": true}}""");
        await asking;
        Assert.Equal("STOP", (await connection.Events.ReadAsync()).Name);
        Assert.True((await connection.Events.ReadAsync()).Body.GetProperty("data").GetProperty("guest").GetBoolean());
    }

    [Fact]
    public async Task Answers_that_come_in_another_order_find_their_commands()
    {
        await using var connection = await OpenedAsync();
        var first = connection.ExecuteAsync("first", null, None);
        var firstId = await NextIdAsync("first");
        var second = connection.ExecuteAsync("second", null, None);
        var secondId = await NextIdAsync("second");
        await SendAsync($$"""{"return": "two", "id": {{secondId}}}""" + "\n" + $$"""{"return": "one", "id": {{firstId}}}""");
        Assert.Equal("one", (await first).GetString());
        Assert.Equal("two", (await second).GetString());
    }

    [Fact]
    public async Task A_refused_command_tells_QEMUs_words_and_the_next_one_works()
    {
        await using var connection = await OpenedAsync();
        var asking = connection.ExecuteAsync("cont", new JsonObject { ["a"] = 1 }, None);
        var id = await NextIdAsync("cont");
        await SendAsync($$$"""{"error": {"class": "GenericError", "desc": "Resetting is required"}, "id": {{{id}}}}""");
        var fault = await Assert.ThrowsAsync<QmpException>(() => asking);
        Assert.Equal((QmpFault.Refused, "Resetting is required"), (fault.Fault, fault.Message));

        var again = connection.ExecuteAsync("cont", null, None);
        await AnswerNextAsync("cont", "{}");
        await again;
    }

    [Fact]
    public async Task The_other_sides_end_fails_every_waiting_command_and_every_later_one()
    {
        await using var connection = await OpenedAsync();
        var waiting = new[] { connection.ExecuteAsync("quit", null, None), connection.ExecuteAsync("query-status", null, None) };
        await NextIdAsync("quit");
        await Theirs.DisposeAsync();
        foreach (var command in waiting)
        {
            Assert.Equal(QmpFault.Closed, (await Assert.ThrowsAsync<QmpException>(() => command)).Fault);
        }

        await connection.Closed.WaitAsync(Eventually.Limit);
        Assert.Equal(QmpFault.Closed, (await Assert.ThrowsAsync<QmpException>(() => connection.ExecuteAsync("stop", null, None))).Fault);
        await Assert.ThrowsAsync<System.Threading.Channels.ChannelClosedException>(() => connection.Events.ReadAsync().AsTask());
    }

    [Fact]
    public async Task An_answer_that_does_not_come_in_time_is_a_timeout_and_one_that_comes_too_late_is_nobodys()
    {
        await using var connection = await OpenedAsync();
        var asking = connection.ExecuteAsync("query-status", null, None);
        var id = await NextIdAsync("query-status");
        time.Advance(Timeout - TimeSpan.FromMilliseconds(1));
        Assert.False(asking.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(QmpFault.TimedOut, (await Assert.ThrowsAsync<QmpException>(() => asking)).Fault);

        await SendAsync($$$"""{"return": {"status": "late"}, "id": {{{id}}}}""");
        var next = connection.ExecuteAsync("query-status", null, None);
        await AnswerNextAsync("query-status", """{"status": "fresh"}""");
        Assert.Equal("fresh", (await next).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_side_that_never_greets_is_given_up_in_time()
    {
        var opening = OpenAsync();
        time.Advance(Timeout);
        Assert.Equal(QmpFault.TimedOut, (await Assert.ThrowsAsync<QmpException>(() => opening)).Fault);
    }

    [Fact]
    public async Task Words_that_are_no_json_end_the_connection()
    {
        await using var connection = await OpenedAsync();
        var asking = connection.ExecuteAsync("query-status", null, None);
        await SendAsync("this is not the protocol");
        Assert.Equal(QmpFault.Closed, (await Assert.ThrowsAsync<QmpException>(() => asking)).Fault);
    }

    [Fact]
    public async Task A_flood_of_events_that_nobody_reads_keeps_the_newest_and_holds_up_no_command()
    {
        await using var connection = await OpenedAsync();
        var flood = string.Join('\n', Enumerable.Range(0, 5000).Select(number => $$$"""{"event": "E{{{number}}}", "data": {}}"""));
        await SendAsync(flood);
        var asking = connection.ExecuteAsync("query-status", null, None);
        await AnswerNextAsync("query-status", "{}");
        await asking;
        var kept = 0;
        var last = "";
        while (connection.Events.TryRead(out var happening))
        {
            (kept, last) = (kept + 1, happening.Name);
        }

        Assert.Equal("E4999", last);
        Assert.InRange(kept, 1, 256);
    }

    [Fact]
    public async Task Giving_up_by_token_ends_the_wait()
    {
        await using var connection = await OpenedAsync();
        using var impatience = new CancellationTokenSource();
        var asking = connection.ExecuteAsync("query-status", null, impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    private Task<QmpConnection> OpenAsync() => QmpConnection.OpenAsync(ours!, Timeout, Timeout, time, None);

    private async Task<QmpConnection> OpenedAsync()
    {
        var opening = OpenAsync();
        await SendAsync(Greeting);
        await AnswerNextAsync("qmp_capabilities", "{}");
        return await opening;
    }

    private async Task SendAsync(string frame) => await Theirs.WriteAsync(Encoding.UTF8.GetBytes(frame + "\r\n"));

    private async Task<long> NextIdAsync(string command)
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        var request = JsonNode.Parse((await requests!.ReadLineAsync(limit.Token))!)!;
        Assert.Equal(command, request["execute"]!.GetValue<string>());
        return request["id"]!.GetValue<long>();
    }

    private async Task AnswerNextAsync(string command, string result, string? then = null)
    {
        var id = await NextIdAsync(command);
        await SendAsync($$"""{"return": {{result}}, "id": {{id}}}""" + (then is null ? "" : "\n" + then));
    }
}
