using System.Runtime.CompilerServices;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>
/// A guest's serial console on disk. QEMU appends to the present file; when that grows over its limit it is copied to the older file and
/// emptied. Readers in this process follow over a rotation without repeats: each rotation begins a new epoch.
/// </summary>
internal sealed class SerialLog(VmDirectory directory, AgentOptions options, TimeProvider time) : IConsoleLog
{
    private const int ChunkBytes = 64 << 10;

    private readonly Lock sync = new();
    private long epoch = 1;
    private long skippedInOlder;
    private bool removed;

    private string Present => directory.SerialLog;

    private string Older => directory.SerialLog + ".1";

    /// <inheritdoc />
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(bool follow, [EnumeratorCancellation] CancellationToken ct)
    {
        var position = new Position(Volatile.Read(ref epoch) - 1, 0);
        var leftBytes = follow ? long.MaxValue : LengthOf(Older) + LengthOf(Present);
        while (leftBytes > 0)
        {
            ct.ThrowIfCancellationRequested();
            var (chunk, next) = ReadChunk(position);
            position = next;
            leftBytes -= chunk.Length;
            if (chunk.Length > 0)
            {
                yield return chunk;
            }
            else if (!follow || Volatile.Read(ref removed) || !directory.Exists)
            {
                yield break;
            }
            else
            {
                await Task.Delay(TimeSpan.FromMilliseconds(options.ConsoleFollowMilliseconds), time, ct);
            }
        }
    }

    /// <summary>Keeps the console and QEMU's own messages within their limits.</summary>
    public void RotateWhereNeeded()
    {
        lock (sync)
        {
            if (!removed && CopyAndEmpty(Present, Older, options.ConsoleBytes) is { } skipped)
            {
                epoch++;
                skippedInOlder = skipped;
            }
        }

        CopyAndEmpty(directory.QemuLog, directory.QemuLog + ".1", options.QemuLogBytes);
    }

    /// <summary>Ends those who follow.</summary>
    public void Remove()
    {
        lock (sync)
        {
            removed = true;
        }
    }

    /// <summary>When the guest last wrote; null when it has written nothing since a moment.</summary>
    public DateTimeOffset? WrittenSince(DateTimeOffset moment)
    {
        var file = new FileInfo(Present);
        var hasText = file.Exists && (file.Length > 0 || File.Exists(Older));
        return hasText && file.LastWriteTimeUtc > moment.UtcDateTime ? new DateTimeOffset(file.LastWriteTimeUtc) : null;
    }

    private (byte[] Chunk, Position Next) ReadChunk(Position position)
    {
        lock (sync)
        {
            if (position.Epoch < epoch - 1)
            {
                // The reader was slower than two rotations: what it missed is gone.
                position = new Position(epoch - 1, 0);
            }

            if (position.Epoch < epoch)
            {
                var older = ReadAt(Older, Math.Max(0, position.Offset - skippedInOlder));
                if (older.Length > 0)
                {
                    return (older, position with { Offset = Math.Max(position.Offset, skippedInOlder) + older.Length });
                }

                position = new Position(epoch, 0);
            }

            // Another agent on the same directory may have emptied the file.
            var offset = LengthOf(Present) < position.Offset ? 0 : position.Offset;
            var present = ReadAt(Present, offset);
            return (present, new Position(epoch, offset + present.Length));
        }
    }

    // The length of what was left out of the copy, or null when nothing had to be done. What the guest writes between the last read and
    // the emptying is lost, and QEMU offers no way to hold it off: so nothing else happens between the two.
    private static long? CopyAndEmpty(string present, string older, long limitBytes)
    {
        try
        {
            var length = LengthOf(present);
            if (length <= limitBytes)
            {
                return null;
            }

            var skipped = length - limitBytes;
            var copy = older + ".rotating";
            using (var source = new FileStream(present, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
            {
                source.Position = skipped;
                using var target = new FileStream(copy, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1);
                source.CopyTo(target);
                File.Move(copy, older, overwrite: true);
                source.CopyTo(target);
                source.SetLength(0);
            }

            return skipped;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The VM is being removed, or the disk is full: the next round tries again.
            return null;
        }
    }

    private static byte[] ReadAt(string path, long offset)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var buffer = new byte[Math.Clamp(RandomAccess.GetLength(file) - offset, 0, ChunkBytes)];
            var count = RandomAccess.Read(file, buffer, offset);
            return count == buffer.Length ? buffer : buffer[..count];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }

    private readonly record struct Position(long Epoch, long Offset);
}
