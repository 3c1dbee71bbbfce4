using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.Win32.SafeHandles;

namespace ControlPlane.Api.Images;

/// <summary>
/// The files of images: written under a name of chance, checked, made durable, then renamed to what is made of the image's id. A crash
/// leaves at most a file that no image refers to, which <see cref="CleanAsync"/> removes.
/// </summary>
public sealed class ImageStore(DataDirectory directory, Store store, ILogger<ImageStore> logger)
{
    private const int BufferBytes = 256 * 1024;

    private readonly ConcurrentDictionary<IncomingFile, bool> incoming = new();

    /// <summary>Where a file of an image is.</summary>
    public string PathOf(string file) => Path.Combine(directory.Images, file);

    /// <summary>Opens a file of an image; null when it is not there. It stays readable when it is removed meanwhile.</summary>
    internal Stream? TryOpen(string file)
    {
        try
        {
            return new FileStream(PathOf(file), new FileStreamOptions
            {
                Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            });
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes a stream to a new file; null when it has more bytes than allowed.</summary>
    internal async Task<IncomingFile?> ReceiveAsync(Stream source, long maxBytes, CancellationToken ct)
    {
        var file = new IncomingFile(this, $"{Path.GetRandomFileName()}.incoming");
        incoming[file] = true;
        try
        {
            if (await CopyAsync(source, file, maxBytes, ct)) { return file; }
        }
        catch
        {
            file.Dispose();
            throw;
        }
        file.Dispose();
        return null;
    }

    /// <summary>Makes a file durable under a name made of the image's id.</summary>
    internal void Adopt(IncomingFile file, ImageId image, ImagePart part)
    {
        var (from, random) = (PathOf(file.TemporaryName), Path.GetFileNameWithoutExtension(Path.GetRandomFileName()));
        using (var handle = File.OpenHandle(from, FileMode.Open, FileAccess.ReadWrite)) { RandomAccess.FlushToDisk(handle); }

        // Known under both names while it is renamed, so that a cleaning leaves it alone.
        file.Name = $"{image}.{random}.{Words.Of(part).ToLowerInvariant()}";
        File.Move(from, PathOf(file.Name), overwrite: false);
        PosixFile.SyncDirectory(directory.Images);
    }

    /// <summary>Removes files that nothing refers to any more.</summary>
    internal void Remove(params IEnumerable<string?> files)
    {
        foreach (var file in files.OfType<string>())
        {
            try
            {
                File.Delete(PathOf(file));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                ImagesLog.NotRemoved(logger, file, fault);
            }
        }
    }

    internal void Release(IncomingFile file) => incoming.TryRemove(file, out _);

    /// <summary>Removes every file that no image refers to and that is not coming in; run at start-up and now and then.</summary>
    public async Task CleanAsync(CancellationToken ct)
    {
        // In this order: a file that was here before we looked at what comes in, and did not come in then, is referred to by now or never.
        var found = Directory.EnumerateFiles(directory.Images).Select(path => Path.GetFileName(path)).ToList();
        var arriving = incoming.Keys.SelectMany(file => new[] { file.TemporaryName, file.Name }).OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        await using var db = store.Read(null);
        var referred = (await db.Images.Select(image => new { image.ContentFile, image.InitrdFile }).ToListAsync(ct))
            .SelectMany(image => new[] { image.ContentFile, image.InitrdFile }).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var stray = found.Where(file => !arriving.Contains(file) && !referred.Contains(file)).ToList();
        Remove(stray);
        if (stray.Count > 0) { ImagesLog.Cleaned(logger, stray.Count); }
    }

    private async Task<bool> CopyAsync(Stream source, IncomingFile file, long maxBytes, CancellationToken ct)
    {
        using var target = File.OpenHandle(PathOf(file.TemporaryName), FileMode.CreateNew, FileAccess.Write, FileShare.None);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int count;
            while ((count = await source.ReadAtLeastAsync(buffer, BufferBytes, throwOnEndOfStream: false, ct)) > 0)
            {
                if (file.SizeBytes + count > maxBytes) { return false; }
                await TakeAsync(file, target, hash, buffer.AsMemory(0, count), ct);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        file.Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        return true;
    }

    private static async Task TakeAsync(
        IncomingFile file, SafeFileHandle target, IncrementalHash hash, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        if (file.SizeBytes == 0) { file.Head = bytes[..Math.Min(bytes.Length, ImageHeader.Length)].ToArray(); }
        hash.AppendData(bytes.Span);
        await RandomAccess.WriteAsync(target, bytes, file.SizeBytes, ct);
        file.SizeBytes += bytes.Length;
    }
}
