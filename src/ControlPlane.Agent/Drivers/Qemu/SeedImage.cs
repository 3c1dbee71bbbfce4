using System.ComponentModel;
using System.Text;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>Writes the NoCloud seed from which cloud-init configures a guest.</summary>
internal sealed class SeedImage(AgentOptions options, TimeProvider time)
{
    private const string FolderName = "seed.files";
    private const int MaxMessageChars = 400;

    /// <summary>Writes the seed image to a path inside the VM's directory.</summary>
    public async Task CreateAsync(VmAssignment vm, VmDirectory directory, string path, CancellationToken ct)
    {
        var folder = directory.At(FolderName);
        RemoveFolder(directory);
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var metaData = vm.CloudInit!.MetaData ?? $"instance-id: {vm.VmId}\nlocal-hostname: {vm.Name}\n";
        await WriteAsync(folder, "meta-data", metaData);
        await WriteAsync(folder, "user-data", vm.CloudInit.UserData ?? "#cloud-config\n{}\n");
        if (vm.CloudInit.NetworkConfig is { } network)
        {
            await WriteAsync(folder, "network-config", network);
        }

        await BurnAsync(folder, path, ct);
        RemoveFolder(directory);
    }

    /// <summary>Removes the documents from which an image was being made.</summary>
    public static void RemoveFolder(VmDirectory directory)
    {
        if (Directory.Exists(directory.At(FolderName)))
        {
            Directory.Delete(directory.At(FolderName), recursive: true);
        }
    }

    private static Task WriteAsync(string folder, string name, string text) =>
        VmDirectory.WritePrivateAsync(Path.Combine(folder, name), Encoding.UTF8.GetBytes(text));

    private async Task BurnAsync(string folder, string path, CancellationToken ct)
    {
        string[] command = [options.XorrisoPath, "-as", "mkisofs", "-quiet", "-V", "cidata", "-J", "-r", "-o", path, folder];
        try
        {
            var result = await Tool.RunAsync("/", command, TimeSpan.FromSeconds(options.SeedTimeoutSeconds), time, ct);
            if (result is not { ExitCode: 0, TimedOut: false })
            {
                throw Failed(result);
            }

            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (Win32Exception fault)
        {
            throw new VmDriverException("ToolMissing", $"The seed image cannot be made: {options.XorrisoPath} is not installed.", fault);
        }
    }

    private static VmDriverException Failed(ToolResult result)
    {
        var words = result.Errors.Length > MaxMessageChars ? result.Errors[^MaxMessageChars..] : result.Errors;
        var full = words.Contains("No space left", StringComparison.Ordinal);
        var reason = full ? "DiskFull" : result.TimedOut ? "SeedTimedOut" : "SeedFailed";
        return new VmDriverException(reason, $"Making the seed image ended with {result.ExitCode}: {words.Trim()}");
    }
}
