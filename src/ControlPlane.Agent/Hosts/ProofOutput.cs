using System.Text;

namespace ControlPlane.Agent.Hosts;

/// <summary>Listens to the proving guest's serial port and takes the time between its first letter and its last word.</summary>
internal sealed class ProofOutput(TimeProvider time)
{
    private const int MaxChars = 64 << 10;

    private readonly StringBuilder text = new();
    private long beganAt;

    public bool Began { get; private set; }

    public bool Ended { get; private set; }

    public TimeSpan Elapsed { get; private set; }

    /// <summary>Reads to the end of the stream.</summary>
    public async Task ReadAsync(Stream stream, CancellationToken ct)
    {
        var buffer = new byte[4096];
        int count;
        while (text.Length < MaxChars && (count = await stream.ReadAsync(buffer, ct)) > 0)
        {
            Take(Encoding.Latin1.GetString(buffer, 0, count));
        }
    }

    private void Take(string part)
    {
        text.Append(part);
        if (!Began && part.Contains((char)BootSector.FirstByte, StringComparison.Ordinal))
        {
            (Began, beganAt) = (true, time.GetTimestamp());
        }

        if (!Ended && text.ToString().Contains((char)BootSector.FirstByte + BootSector.Token, StringComparison.Ordinal))
        {
            (Ended, Elapsed) = (true, time.GetElapsedTime(beganAt));
        }
    }
}
