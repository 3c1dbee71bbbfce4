using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>
/// One client of QEMU's machine protocol on a UNIX socket. Commands may be sent from several places at once; each has its own id and
/// time limit. When the other side closes, every waiting command fails and <see cref="Closed"/> completes.
/// </summary>
public sealed class QmpConnection : IAsyncDisposable
{
    private const int MaxFrameBytes = 4 << 20;
    private const int MaxEvents = 256;

    private readonly Stream stream;
    private readonly TimeProvider time;
    private readonly TimeSpan commandTimeout;
    private readonly CancellationTokenSource life = new();
    private readonly SemaphoreSlim writing = new(1);
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonElement>> waiting = new();
    private readonly TaskCompletionSource<JsonElement> greeting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<QmpEvent> events = Channel.CreateBounded<QmpEvent>(
        new BoundedChannelOptions(MaxEvents) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true });

    private Task reading = Task.CompletedTask;
    private long lastId;

    private QmpConnection(Stream stream, TimeSpan commandTimeout, TimeProvider time) =>
        (this.stream, this.commandTimeout, this.time) = (stream, commandTimeout, time);

    /// <summary>Events as they come; when nobody reads, the oldest are dropped. Ends with the connection.</summary>
    public ChannelReader<QmpEvent> Events => events.Reader;

    /// <summary>The process that listens at the other side; null when the stream is no UNIX socket.</summary>
    public int? PeerProcessId { get; private init; }

    /// <summary>Completes when the other side is gone or this side has been disposed of.</summary>
    public Task Closed => closed.Task;

    /// <summary>Connects to the socket of this name in a directory. The path may be longer than a socket address can hold.</summary>
    public static async Task<QmpConnection> ConnectAsync(
        string directory, string socketName, TimeSpan connectTimeout, TimeSpan commandTimeout, TimeProvider time, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            using var handle = Posix.OpenDirectoryPath(directory);
            var address = $"/proc/self/fd/{handle.DangerousGetHandle()}/{socketName}";
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(address), ct);
            GC.KeepAlive(handle);
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            socket.Dispose();
            throw new QmpException(QmpFault.Closed, "The monitor's socket cannot be reached.", fault);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var stream = new NetworkStream(socket, ownsSocket: true);
        return await GreetAsync(
            new QmpConnection(stream, commandTimeout, time) { PeerProcessId = Posix.PeerProcessId(socket) }, connectTimeout, ct);
    }

    /// <summary>Greets over a stream that is connected already.</summary>
    public static Task<QmpConnection> OpenAsync(
        Stream stream, TimeSpan connectTimeout, TimeSpan commandTimeout, TimeProvider time, CancellationToken ct) =>
        GreetAsync(new QmpConnection(stream, commandTimeout, time), connectTimeout, ct);

    private static async Task<QmpConnection> GreetAsync(QmpConnection connection, TimeSpan connectTimeout, CancellationToken ct)
    {
        try
        {
            connection.reading = connection.ReadAsync();
            await connection.WithinAsync(connection.greeting.Task, connectTimeout, "greeting", ct);
            await connection.ExecuteAsync("qmp_capabilities", null, connectTimeout, ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a command and returns its answer, within the usual time limit.</summary>
    public Task<JsonElement> ExecuteAsync(string command, JsonObject? arguments, CancellationToken ct) =>
        ExecuteAsync(command, arguments, commandTimeout, ct);

    /// <summary>Sends a command and returns its answer.</summary>
    public async Task<JsonElement> ExecuteAsync(string command, JsonObject? arguments, TimeSpan timeout, CancellationToken ct)
    {
        var id = Interlocked.Increment(ref lastId);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[id] = answer;
        try
        {
            if (closed.Task.IsCompleted)
            {
                throw new QmpException(QmpFault.Closed, $"The monitor is closed; {command} was not sent.");
            }

            return await WithinAsync(SendAndReceiveAsync(Frame(command, arguments, id), answer.Task, ct), timeout, command, ct);
        }
        finally
        {
            waiting.TryRemove(id, out _);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await life.CancelAsync();
        await stream.DisposeAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        closed.TrySetResult();
    }

    private static byte[] Frame(string command, JsonObject? arguments, long id)
    {
        var request = new JsonObject { ["execute"] = command, ["id"] = id };
        if (arguments is not null)
        {
            request["arguments"] = arguments.DeepClone();
        }

        return [.. Encoding.UTF8.GetBytes(request.ToJsonString()), (byte)'\n'];
    }

    private async Task<JsonElement> SendAndReceiveAsync(byte[] frame, Task<JsonElement> answer, CancellationToken ct)
    {
        await writing.WaitAsync(ct);
        try
        {
            await stream.WriteAsync(frame, life.Token);
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException or OperationCanceledException)
        {
            throw new QmpException(QmpFault.Closed, "The monitor closed while a command was sent.", fault);
        }
        finally
        {
            writing.Release();
        }

        return await answer;
    }

    private async Task<JsonElement> WithinAsync(Task<JsonElement> answer, TimeSpan timeout, string what, CancellationToken ct)
    {
        try
        {
            return await answer.WaitAsync(timeout, time, ct);
        }
        catch (TimeoutException fault)
        {
            throw new QmpException(QmpFault.TimedOut, $"The monitor did not answer {what} within {timeout.TotalSeconds:0.#} s.", fault);
        }
    }

    private async Task ReadAsync()
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        try
        {
            while (true)
            {
                var read = await pipe.ReadAsync(life.Token);
                var rest = TakeFrames(read.Buffer);
                if (read.IsCompleted || rest.Length > MaxFrameBytes)
                {
                    break;
                }

                pipe.AdvanceTo(rest.Start, rest.End);
            }
        }
        catch (Exception fault) when (
            fault is IOException or SocketException or ObjectDisposedException or OperationCanceledException or JsonException)
        {
            // Whatever ended the reading, what follows is the same: nobody will be answered any more.
        }

        await pipe.CompleteAsync();
        Close();
    }

    private ReadOnlySequence<byte> TakeFrames(ReadOnlySequence<byte> buffer)
    {
        while (buffer.PositionOf((byte)'\n') is { } end)
        {
            var frame = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            if (frame.Length > 1)
            {
                Dispatch(frame);
            }
        }

        return buffer;
    }

    private void Dispatch(ReadOnlySequence<byte> frame)
    {
        using var document = JsonDocument.Parse(frame);
        var root = document.RootElement.Clone();
        if (root.TryGetProperty("event", out var name))
        {
            events.Writer.TryWrite(new QmpEvent(name.GetString() ?? "", root));
        }
        else if (root.TryGetProperty("QMP", out _))
        {
            greeting.TrySetResult(root);
        }
        else if (root.TryGetProperty("id", out var id) && id.TryGetInt64(out var number) && waiting.TryGetValue(number, out var answer))
        {
            Answer(answer, root);
        }
    }

    private static void Answer(TaskCompletionSource<JsonElement> answer, JsonElement root)
    {
        if (root.TryGetProperty("return", out var result))
        {
            answer.TrySetResult(result);
            return;
        }

        var text = root.TryGetProperty("error", out var error) && error.TryGetProperty("desc", out var words) ? words.GetString() : null;
        answer.TrySetException(new QmpException(QmpFault.Refused, text ?? "QEMU refused the command."));
    }

    private void Close()
    {
        closed.TrySetResult();
        events.Writer.TryComplete();
        var fault = new QmpException(QmpFault.Closed, "The monitor closed before it answered.");
        greeting.TrySetException(fault);
        foreach (var answer in waiting.Values)
        {
            answer.TrySetException(fault);
        }

        // Nobody may be waiting: an unobserved fault is not news.
        _ = greeting.Task.Exception;
    }
}
