using System.Net.Sockets;
using System.Text.Json;

namespace ControlPlane.Benchmarks;

/// <summary>One QEMU's monitor, as a script uses it: a command, its answer, and the next event of a kind.</summary>
internal sealed class QmpScript : IDisposable
{
    private static readonly TimeSpan limit = TimeSpan.FromMinutes(2);

    private readonly Socket socket;
    private readonly StreamReader reader;
    private readonly StreamWriter writer;
    private readonly Queue<JsonElement> events = new();

    private QmpScript(Socket socket)
    {
        this.socket = socket;
        var stream = new NetworkStream(socket);
        (reader, writer) = (new(stream), new(stream) { AutoFlush = true });
    }

    /// <summary>Connects as soon as it is there.</summary>
    public static async Task<QmpScript> OpenAsync(string path)
    {
        using var deadline = new CancellationTokenSource(limit);
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), deadline.Token);
                var open = new QmpScript(socket);
                await open.reader.ReadLineAsync(deadline.Token);
                await open.DoAsync("qmp_capabilities");
                return open;
            }
            catch (SocketException)
            {
                socket.Dispose();
                await Task.Delay(1, deadline.Token);
            }
        }
    }

    public async Task<JsonElement> DoAsync(string command, object? arguments = null)
    {
        await writer.WriteLineAsync(JsonSerializer.Serialize(
            arguments is null ? new { execute = command } : (object)new { execute = command, arguments }));
        while (true)
        {
            var said = await ReadAsync();
            if (said.TryGetProperty("return", out var answer)) { return answer; }
            if (said.TryGetProperty("error", out var error)) { throw new InvalidOperationException($"{command}: {error}"); }
            events.Enqueue(said);
        }
    }

    /// <summary>Waits for a migration's status.</summary>
    public Task StatusAsync(string wanted) => ToldAsync("MIGRATION", data =>
    {
        var status = data.GetProperty("status").GetString();
        return status == "failed" ? throw new InvalidOperationException("the migration failed") : status == wanted;
    });

    /// <summary>Waits for an event.</summary>
    public async Task ToldAsync(string wanted, Func<JsonElement, bool> fits)
    {
        while (true)
        {
            var said = events.Count > 0 ? events.Dequeue() : await ReadAsync();
            if (said.TryGetProperty("event", out var name) && name.GetString() == wanted && fits(said.GetProperty("data"))) { return; }
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task<JsonElement> ReadAsync()
    {
        using var deadline = new CancellationTokenSource(limit);
        return JsonDocument.Parse((await reader.ReadLineAsync(deadline.Token))!).RootElement;
    }
}
