using System.Diagnostics;
using System.Text;

namespace ControlPlane.Benchmarks;

/// <summary>
/// From the request to the guest's first line, through the service and by a script that starts QEMU with the very same flags, in turn in
/// one run. Judged by the ratio of medians, since the machine's speed is in both.
/// </summary>
internal static class BootBenchmarks
{
    private const string FirstWord = "probe vm=";
    private static readonly TimeSpan limit = TimeSpan.FromMinutes(3);

    public static async Task RunAsync(int rounds)
    {
        await using var service = await MeasuredService.StartAsync(localHost: true);
        await service.SendAsync(HttpMethod.Post, "/v1/images", new { name = "probe", format = "KERNEL" });
        await service.UploadAsync("/v1/images/probe/content", Guest("vmlinuz"));
        await service.UploadAsync("/v1/images/probe/content/initrd", Guest("initrd.img"));
        var (through, plain) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var i = 0; i < rounds; i++)
        {
            var (took, flags, directory) = await ThroughServiceAsync(service, $"boot-{i}");
            through.Add(took);
            plain.Add(await PlainAsync(flags, directory, Path.Combine(service.Directory, $"plain-{i}")));
        }
        var (service50, plain50) = (new Samples(through), new Samples(plain));
        Console.WriteLine($"request to first line through the service: {service50}");
        Console.WriteLine($"plain QEMU with the same flags: {plain50}");
        Console.WriteLine($"ratio of medians: {service50.MedianMs / plain50.MedianMs:F2} (goal at most 1.10)");
    }

    private static string Guest(string file) => Path.Combine(MeasuredService.Root, "deploy", "guest", "out", file);

    private static async Task<(TimeSpan Took, string[] Flags, string Directory)> ThroughServiceAsync(MeasuredService service, string name)
    {
        var watch = Stopwatch.StartNew();
        var operation = await service.SendAsync(HttpMethod.Post, "/v1/vms",
            new { name, spec = new { vcpus = 1, memoryMiB = 256, diskGiB = 1, image = "probe" } });
        var id = operation.GetProperty("target").GetString()!["vms/".Length..];
        var directory = Path.Combine(service.Directory, "vms", id);
        await FirstLineAsync(Path.Combine(directory, "serial.log"));
        var took = watch.Elapsed;
        var pid = Process.GetProcesses().Select(process => process.Id).First(each => CommandLine(each).Any(word => word.Contains(directory)));
        var flags = CommandLine(pid);
        await service.SendAsync(HttpMethod.Get, $"/v1/operations/{operation.GetProperty("id").GetString()}", null, "wait=60");
        await service.SendAsync(HttpMethod.Post, $"/v1/vms/{name}/stop", new { mode = "FORCED" }, "wait=60");
        return (took, flags, directory);
    }

    // What a person would do by hand: make the overlay, start QEMU with the flags, watch the serial log.
    private static async Task<TimeSpan> PlainAsync(string[] flags, string directory, string own)
    {
        Directory.CreateDirectory(own);
        var script = new StringBuilder("#!/bin/sh\nset -e\n");
        script.Append($"qemu-img create -q -f qcow2 '{own}/disk.qcow2' 1G\ncd '{own}'\nexec");
        foreach (var flag in flags.Where(flag => flag is not ("-S" or "-daemonize")))
        {
            script.Append(" '").Append(flag.Replace(directory, own)).Append('\'');
        }
        await File.WriteAllTextAsync(Path.Combine(own, "run.sh"), script.Append('\n').ToString());
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", [Path.Combine(own, "run.sh")]))!;
        await FirstLineAsync(Path.Combine(own, "serial.log"));
        var took = watch.Elapsed;
        process.Kill();
        await process.WaitForExitAsync();
        return took;
    }

    private static async Task FirstLineAsync(string file)
    {
        using var deadline = new CancellationTokenSource(limit);
        while (!Contains(file)) { await Task.Delay(5, deadline.Token); }
    }

    private static bool Contains(string file)
    {
        if (!File.Exists(file)) { return false; }
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Contains(FirstWord, StringComparison.Ordinal);
    }

    private static string[] CommandLine(int process)
    {
        try { return File.ReadAllText($"/proc/{process}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries); }
        catch (IOException) { return []; }
    }
}
