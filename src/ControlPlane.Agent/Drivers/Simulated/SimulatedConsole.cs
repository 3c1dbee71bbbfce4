using System.Runtime.CompilerServices;
using System.Text;

namespace ControlPlane.Agent.Drivers.Simulated;

/// <summary>A small console in memory: whole lines, the oldest go first.</summary>
internal sealed class SimulatedConsole(int maxLines) : IConsoleLog
{
    private readonly Lock sync = new();
    private readonly Queue<byte[]> lines = new();
    private long written;
    private bool removed;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Write(string line)
    {
        lock (sync)
        {
            lines.Enqueue(Encoding.UTF8.GetBytes(line + "\n"));
            written++;
            while (lines.Count > maxLines)
            {
                lines.Dequeue();
            }

            Wake();
        }
    }

    public void Remove()
    {
        lock (sync)
        {
            removed = true;
            Wake();
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(bool follow, [EnumeratorCancellation] CancellationToken ct)
    {
        var next = 0L;
        while (true)
        {
            var (fresh, position, wait, end) = Since(next);
            next = position;
            foreach (var line in fresh)
            {
                yield return line;
            }

            if (!follow || end)
            {
                yield break;
            }

            await wait.WaitAsync(ct);
        }
    }

    private (List<byte[]> Fresh, long Position, Task Wait, bool End) Since(long position)
    {
        lock (sync)
        {
            var oldest = written - lines.Count;
            return ([.. lines.Skip((int)Math.Max(0, position - oldest))], written, changed.Task, removed);
        }
    }

    private void Wake()
    {
        changed.TrySetResult();
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
