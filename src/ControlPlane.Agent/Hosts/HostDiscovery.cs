using System.Globalization;
using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Hosts;

/// <summary>Finds out what this machine has. What cannot be found out is left out, not guessed.</summary>
public sealed class HostDiscovery(AgentOptions options, EngineProof proof, TimeProvider time, ILogger<HostDiscovery> logger)
{
    private const long BytesPerMiB = 1L << 20;
    private const long BytesPerGiB = 1L << 30;
    private const string NodesDirectory = "/sys/devices/system/node";

    /// <summary>The machine's facts, with both engines proved by a guest that runs for a moment.</summary>
    public async Task<HostFacts> DiscoverAsync(CancellationToken ct)
    {
        // One after the other: they would slow each other down, and time is what they are judged by.
        var software = await proof.ProveAsync(VirtualizationEngine.Software, ct);
        var hardware = await proof.ProveAsync(VirtualizationEngine.Hardware, ct);
        var version = await QemuVersion.AskAsync(options, time, ct);
        var facts = new HostFacts
        {
            MachineName = Environment.MachineName,
            Vcpus = Environment.ProcessorCount,
            MemoryMiB = MemoryMiB(),
            DiskGiB = DiskGiB(),
            CpuModel = CpuLine("model name"),
            CpuFlags = [.. CpuLine("flags").Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)],
            NumaNodes = NumaNodes(),
            QemuVersion = version?.ToString(),
            KernelVersion = ReadText("/proc/sys/kernel/osrelease").Trim(),
            SharedDisks = options.SharedDisksDirectory.Length > 0 ? options.SharedDisksName : null,
            Engines = [hardware, software],
        };
        HostsLog.Discovered(logger, facts.Vcpus, facts.MemoryMiB, facts.DiskGiB, facts.QemuVersion ?? "missing");
        return facts;
    }

    // What the machine has, or what this process may use of it in a container.
    private static long MemoryMiB()
    {
        var lines = ReadText("/proc/meminfo").Split('\n');
        var line = lines.FirstOrDefault(text => text.StartsWith("MemTotal:", StringComparison.Ordinal)) ?? "";
        var allowed = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / BytesPerMiB;
        return FirstNumber(line) is var kibibytes and > 0 ? Math.Min(kibibytes / 1024, allowed) : allowed;
    }

    // What VMs may fill: what is free and what they fill already. Both change as they write; the sum does not.
    private long DiskGiB()
    {
        var directory = options.SharedDisksDirectory.Length > 0 ? options.SharedDisksDirectory : options.VmsDirectory;
        Directory.CreateDirectory(directory);
        var free = new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;
        return (free + FilledBytes(directory)) / BytesPerGiB;
    }

    private static long FilledBytes(string directory)
    {
        var everything = new EnumerationOptions
        {
            RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint,
        };
        return new DirectoryInfo(directory).EnumerateFiles("*", everything).Sum(LengthOf);
    }

    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    private static string CpuLine(string key)
    {
        var line = ReadText("/proc/cpuinfo").Split('\n').FirstOrDefault(text => text.StartsWith(key + "\t", StringComparison.Ordinal));
        return line is null ? "" : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    private static NumaNode[] NumaNodes()
    {
        if (!Directory.Exists(NodesDirectory))
        {
            return [];
        }

        return [.. from path in Directory.EnumerateDirectories(NodesDirectory, "node*")
                   let id = (int)FirstNumber(Path.GetFileName(path))
                   orderby id
                   select new NumaNode(id, CountCpus(ReadText(path + "/cpulist")), NodeMemoryMiB(ReadText(path + "/meminfo")))];
    }

    private static long NodeMemoryMiB(string text)
    {
        var line = text.Split('\n').FirstOrDefault(words => words.Contains("MemTotal:", StringComparison.Ordinal)) ?? "";
        return FirstNumber(line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..]) / 1024;
    }

    /// <summary>How many CPUs a list such as <c>0-3,8</c> names.</summary>
    internal static int CountCpus(string list)
    {
        var count = 0;
        foreach (var part in list.Trim().Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-').Select(word => int.Parse(word, CultureInfo.InvariantCulture)).ToArray();
            count += ends[^1] - ends[0] + 1;
        }

        return count;
    }

    private static long FirstNumber(string text)
    {
        var digits = text.SkipWhile(letter => !char.IsAsciiDigit(letter)).TakeWhile(char.IsAsciiDigit).ToArray();
        return long.TryParse(digits, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
