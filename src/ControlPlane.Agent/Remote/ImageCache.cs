using System.Buffers;
using System.Security.Cryptography;
using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Remote;

/// <summary>
/// Files of images on a host, named by their SHA-256: what has its name is whole, was checked, and never changes. They are fetched
/// when a VM first needs them.
/// </summary>
public sealed class ImageCache(HttpClient client, AgentFolder folder, TimeProvider time, ILogger<ImageCache> logger)
{
    private const int BufferBytes = 256 * 1024;
    private const string Incoming = ".incoming";
    private static readonly TimeSpan silence = TimeSpan.FromSeconds(30);

    // One at a time: hosts have one line, and the second VM of an image finds it there.
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Where the file of a source is, or will be.</summary>
    public string PathOf(ImageSource source) => source.Sha256.Length == 64 && source.Sha256.All(char.IsAsciiHexDigitLower)
        ? Path.Combine(folder.Images, source.Sha256)
        : throw new VmDriverException("ImageBroken", "The image has no SHA-256; upload its content again.");

    /// <summary>Returns when the file is there, whole and durable.</summary>
    public async Task EnsureAsync(ImageSource source, CancellationToken ct)
    {
        var path = PathOf(source);
        if (File.Exists(path)) { return; }
        await turn.WaitAsync(ct);
        try
        {
            if (!File.Exists(path)) { await FetchAsync(source, path, ct); }
        }
        catch (Exception fault) when (fault is HttpRequestException or AgentRefusedException or TimeoutException)
        {
            throw new VmDriverException("ImageUnavailable", $"The image cannot be fetched from the service: {fault.Message}", fault);
        }
        catch (IOException fault)
        {
            throw new VmDriverException("ImageUnavailable", $"The image cannot be fetched or kept: {fault.Message}", fault);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>
    /// Removes what no VM of the host stands on; nothing while there are VMs without a record, whose images nobody can tell.
    /// </summary>
    public void Clean(IReadOnlyCollection<VmAssignment> told, IReadOnlyCollection<string> present)
    {
        if (present.Except(told.Select(vm => vm.VmId), StringComparer.Ordinal).Any()) { return; }
        var used = told.SelectMany(vm => new[] { vm.Boot?.Content?.Sha256, vm.Boot?.Initrd?.Sha256 }).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder.Images).Where(path => !used.Contains(Path.GetFileName(path))))
        {
            if (path.EndsWith(Incoming, StringComparison.Ordinal)) { continue; }
            File.Delete(path);
            RemoteLog.ImageRemoved(logger, Path.GetFileName(path));
        }
    }

    private async Task FetchAsync(ImageSource source, string path, CancellationToken ct)
    {
        var fresh = path + Incoming;
        File.Delete(fresh);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{AgentProtocol.Images}/{source.Path}")
            {
                Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy,
            };
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            await ServiceCalls.ThrowIfRefusedAsync(response, ct);
            await using var content = await response.Content.ReadAsStreamAsync(ct);
            var sha256 = await CopyAsync(content, fresh, source.SizeBytes, ct);
            if (sha256 != source.Sha256) { throw new IOException("what came is not what the service has checked"); }
            File.Move(fresh, path, overwrite: true);
            Posix.SyncDirectory(folder.Images);
            RemoteLog.ImageFetched(logger, source.Sha256, source.SizeBytes);
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    private async Task<string> CopyAsync(Stream content, string path, long sizeBytes, CancellationToken ct)
    {
        using var target = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, preallocationSize: sizeBytes);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var total = 0L;
            int count;
            while ((count = await content.ReadAsync(buffer, ct).AsTask().WaitAsync(silence, time, ct)) > 0)
            {
                if (total + count > sizeBytes) { throw new IOException("more came than the image has"); }
                hash.AppendData(buffer.AsSpan(0, count));
                await RandomAccess.WriteAsync(target, buffer.AsMemory(0, count), total, ct);
                total += count;
            }
            RandomAccess.FlushToDisk(target);
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
