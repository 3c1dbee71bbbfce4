namespace ControlPlane.System.Tests;

/// <summary>Tests with real guests, one after another: a small machine boots one at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RealGuests
{
    public const string Name = "real guests";

    /// <summary>Skips, with the reason, where QEMU or the probe guest is missing.</summary>
    public static void Require()
    {
        var qemu = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists($"{folder}/qemu-system-x86_64"));
        Skip.IfNot(qemu, "qemu-system-x86_64 is not installed; deploy/test.sh installs it");
        Skip.IfNot(File.Exists(RepositoryRoot.Guest("vmlinuz")), "the probe guest is not built; deploy/guest/build.sh builds it");
    }

    /// <summary>Uploads the probe guest, to be booted by QEMU's own kernel loader with these words.</summary>
    public static async Task UploadKernelAsync(ServiceProcess service, string name = "probe", string words = "quiet")
    {
        await service.AskAsync(201, HttpMethod.Post, "/v1/images", new { name, format = "KERNEL", kernelCommandLine = words });
        await service.UploadAsync($"/v1/images/{name}/content", RepositoryRoot.Guest("vmlinuz"));
        await service.UploadAsync($"/v1/images/{name}/content/initrd", RepositoryRoot.Guest("initrd.img"));
    }

    /// <summary>The spec of a small guest.</summary>
    public static object Spec(string image = "probe", string restartPolicy = "ALWAYS") =>
        new { vcpus = 1, memoryMiB = 128, diskGiB = 1, image, restartPolicy };

    /// <summary>Waits until the guest's console shows a line with all these words, and gives the newest such line.</summary>
    public static async Task<string> LineAsync(ServiceProcess service, string vm, params string[] words)
    {
        string? line = null;
        await Eventually.TrueAsync(async () =>
        {
            var text = await service.Client.GetStringAsync($"/v1/vms/{vm}/console/log");
            line = text.Split('\n').LastOrDefault(each => Array.TrueForAll(words, word => each.Contains(word, StringComparison.Ordinal)));
            return line is not null;
        }, TimeSpan.FromSeconds(180), () => $"{vm} does not say '{string.Join(' ', words)}'\n{service.Output}");
        return line!.Trim();
    }

    /// <summary>A value of the probe's line, such as boot.</summary>
    public static string Value(string line, string key) =>
        line.Split(' ').First(word => word.StartsWith(key + "=", StringComparison.Ordinal))[(key.Length + 1)..];
}
