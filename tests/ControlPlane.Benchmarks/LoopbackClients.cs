using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ControlPlane.Benchmarks;

/// <summary>
/// Clients on loopback that send one request after another, each on a connection of its own. They work on sockets alone, since they share
/// the machine with what is measured: what they cost lowers every rate.
/// </summary>
internal static class LoopbackClients
{
    /// <summary>Sends so many requests and gives the time of each; any status but the wanted one, or a text without a part, ends the run.</summary>
    public static (Samples Times, TimeSpan Took) Run(
        int port, int clients, int requests, int status, Func<int, string> request, string part = "") =>
        Run([port], clients, requests, status, request, part);

    /// <summary>The same, the clients by turns on several ports.</summary>
    public static (Samples Times, TimeSpan Took) Run(
        IReadOnlyList<int> ports, int clients, int requests, int status, Func<int, string> request, string part = "")
    {
        var times = new TimeSpan[requests];
        var next = -1;
        Exception? fault = null;
        var watch = Stopwatch.StartNew();
        var threads = Enumerable.Range(0, clients).Select(client => new Thread(() =>
        {
            try { Work(ports[client % ports.Count], (status, Encoding.UTF8.GetBytes(part)), request, () => fault is null ? Interlocked.Increment(ref next) : requests, times); }
            catch (Exception caught) { fault = caught; }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return fault is null ? (new Samples(times), watch.Elapsed) : throw new InvalidOperationException("a client failed", fault);
    }

    /// <summary>A POST of JSON, ready to be sent.</summary>
    public static string Post(string path, string body, string headers = "") =>
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {MeasuredService.Token}\r\n{headers}"
        + $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    private static void Work(int port, (int Status, byte[] Part) wanted, Func<int, string> request, Func<int> take, TimeSpan[] times)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        var buffer = new byte[64 * 1024];
        for (var i = take(); i < times.Length; i = take())
        {
            var bytes = Encoding.UTF8.GetBytes(request(i));
            var start = Stopwatch.GetTimestamp();
            socket.Send(bytes);
            var text = Answer(socket, buffer);
            times[i] = Stopwatch.GetElapsedTime(start);
            if (StatusOf(text) != wanted.Status || text.IndexOf(wanted.Part) < 0)
            {
                throw new InvalidOperationException(Encoding.UTF8.GetString(text));
            }
        }
    }

    private static int StatusOf(ReadOnlySpan<byte> answer) => int.Parse(answer[9..12], CultureInfo.InvariantCulture);

    // Until the length that was announced is there, or the last chunk.
    private static ReadOnlySpan<byte> Answer(Socket socket, byte[] buffer)
    {
        var (have, head, length) = (0, -1, -1);
        while (true)
        {
            var read = socket.Receive(buffer.AsSpan(have));
            if (read == 0) { throw new IOException("the service closed the connection"); }
            have += read;
            if (head < 0 && buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
            {
                (head, length) = (end + 4, LengthOf(buffer.AsSpan(0, end + 2)));
            }
            if (head < 0) { continue; }
            if (length >= 0 ? have >= head + length : buffer.AsSpan(0, have).EndsWith("0\r\n\r\n"u8)) { return buffer.AsSpan(0, have); }
        }
    }

    private static int LengthOf(ReadOnlySpan<byte> head)
    {
        var name = "Content-Length: "u8;
        var at = head.IndexOf(name);
        if (at < 0) { return head.IndexOf("chunked"u8) >= 0 ? -1 : 0; }
        var value = head[(at + name.Length)..];
        return int.Parse(value[..value.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
    }
}
