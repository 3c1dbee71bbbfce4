using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>Makes and grows disks by qemu-img, which reads files that strangers wrote and so runs with limits on time and memory.</summary>
internal sealed class DiskImage(AgentOptions options, TimeProvider time)
{
    private const long BytesPerGiB = 1L << 30;
    private const int MaxMessageChars = 400;

    /// <summary>The format name for QEMU of an image that a disk can stand on; null for those that stand beside the disk.</summary>
    public static string? BackingFormat(BootSource? boot) => boot?.Format switch
    {
        "QCOW2" => "qcow2",
        "RAW" => "raw",
        "ISO" or "KERNEL" or null => null,
        _ => throw new VmDriverException("UnknownImageFormat", $"Images of the format {boot.Format} are not known to this host."),
    };

    /// <summary>Makes a VM's disk under a path: on its image, or blank.</summary>
    public async Task CreateAsync(VmAssignment vm, string path, CancellationToken ct)
    {
        var size = $"{vm.DiskGiB.ToString(CultureInfo.InvariantCulture)}G";
        if (BackingFormat(vm.Boot) is not { } format)
        {
            await RunAsync("making the disk", ["create", "-q", "-f", "qcow2", path, size], ct);
            return;
        }

        var imageBytes = await CheckBackingAsync(vm.Boot!.Path, format, ct);
        if (vm.DiskGiB > 0 && imageBytes > vm.DiskGiB * BytesPerGiB)
        {
            throw new VmDriverException(
                "DiskTooSmall", $"The image needs {imageBytes} bytes; a disk of {vm.DiskGiB} GiB would cut it off.");
        }

        string[] sized = vm.DiskGiB > 0 ? [size] : [];
        await RunAsync("making the disk", ["create", "-q", "-f", "qcow2", "-F", format, "-b", vm.Boot.Path, path, .. sized], ct);
    }

    /// <summary>Grows a disk that no process has open.</summary>
    public Task GrowAsync(string path, long diskGiB, CancellationToken ct) =>
        RunAsync("growing the disk", ["resize", "-q", Alone(path), $"{diskGiB.ToString(CultureInfo.InvariantCulture)}G"], ct);

    /// <summary>Whether a process has it open for writing, here or on another host, as far as the file system's locks tell.</summary>
    public async Task<bool> IsInUseAsync(string path, CancellationToken ct)
    {
        try
        {
            await RunAsync("looking at the disk", ["info", Alone(path)], ct);
            return false;
        }
        catch (VmDriverException fault) when (fault.Message.Contains("lock", StringComparison.Ordinal))
        {
            return true;
        }
    }

    // The image below it is neither needed nor, on shared storage, under the path at which another host has it.
    private static string Alone(string path) => "json:" + new JsonObject
    {
        ["driver"] = "qcow2", ["backing"] = null, ["file"] = new JsonObject { ["driver"] = "file", ["filename"] = path },
    }.ToJsonString();

    // The service has checked the image when it came; a file that refers to another one must not get this far either way.
    private async Task<long> CheckBackingAsync(string path, string format, CancellationToken ct)
    {
        if (!File.Exists(path))
        {
            throw new VmDriverException("ImageMissing", $"The image file {path} is not there.");
        }

        var text = await RunAsync("reading the image", ["info", "-U", "-f", format, "--output=json", path], ct, "ImageBroken");
        using var report = JsonDocument.Parse(text);
        var root = report.RootElement;
        var refers = root.TryGetProperty("backing-filename", out _) || root.TryGetProperty("full-backing-filename", out _)
            || (root.TryGetProperty("format-specific", out var specific) && specific.TryGetProperty("data", out var details)
                && details.TryGetProperty("data-file", out _));
        return refers
            ? throw new VmDriverException("ImageRefersToFile", "The image refers to another file and is not used.")
            : root.GetProperty("virtual-size").GetInt64();
    }

    private async Task<string> RunAsync(
        string doing, IReadOnlyList<string> arguments, CancellationToken ct, string reason = "DiskFailed")
    {
        var memoryBytes = (long)options.QemuImgMemoryMiB << 20;
        string[] command = ["prlimit", $"--as={memoryBytes}", $"--cpu={options.QemuImgCpuSeconds}", options.QemuImgPath, .. arguments];
        try
        {
            var result = await Tool.RunAsync("/", command, TimeSpan.FromSeconds(options.QemuImgTimeoutSeconds), time, ct);
            return result is { ExitCode: 0, TimedOut: false } ? result.Output : throw Failed(doing, reason, result);
        }
        catch (Win32Exception fault)
        {
            throw new VmDriverException("ToolMissing", $"{doing}: prlimit cannot be started.", fault);
        }
    }

    private static VmDriverException Failed(string doing, string reason, ToolResult result)
    {
        if (result.TimedOut)
        {
            return new VmDriverException("DiskTimedOut", $"{doing}: qemu-img took too long and was ended.");
        }

        var words = result.Errors.Trim();
        words = words.Length > MaxMessageChars ? words[..MaxMessageChars] : words;
        var full = words.Contains("No space left on device", StringComparison.Ordinal)
            || words.Contains("Disk quota exceeded", StringComparison.Ordinal);
        return new VmDriverException(full ? "DiskFull" : reason, $"{doing}: qemu-img ended with {result.ExitCode}: {words}");
    }
}
