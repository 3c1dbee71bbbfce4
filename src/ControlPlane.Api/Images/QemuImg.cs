using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Images;

/// <summary>
/// A second opinion on a qcow2 that the service's own check has passed: <c>qemu-img info</c>, which reads what a stranger wrote and so
/// runs with limits on memory and time, and with nothing of the service's environment.
/// </summary>
public sealed class QemuImg(IOptions<ImageOptions> options, DataDirectory directory, TimeProvider time, ILogger<QemuImg> logger)
{
    private const string Limiter = "prlimit";
    private const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private const int MaxOutputCharacters = 256 * 1024;

    /// <summary>The predicate of a sentence on what it found wrong; null when it found nothing, or is not installed.</summary>
    internal async Task<string?> ObjectionAsync(string path, CancellationToken ct)
    {
        var settings = options.Value;
        if (Find(Limiter) is not { } limiter || Find(settings.QemuImgPath) is not { } program) { return null; }
        using var process = new Process { StartInfo = Describe(limiter, program, path) };
        try
        {
            process.Start();
        }
        catch (Win32Exception fault)
        {
            ImagesLog.NoSecondOpinion(logger, program, fault.Message);
            return null;
        }
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(settings.QemuImgTimeoutSeconds), time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        return await JudgeAsync(process, end.Token, ct);
    }

    private static async Task<string?> JudgeAsync(Process process, CancellationToken end, CancellationToken ct)
    {
        var (output, errors) = (ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(end);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            ct.ThrowIfCancellationRequested();
            return "took qemu-img too long to read; write it anew with: qemu-img convert -O qcow2 in.qcow2 out.qcow2";
        }
        var (report, complaint) = (await output, await errors);
        return process.ExitCode == 0 && !RefersToFile(report) ? null : Objection(process.ExitCode, complaint);
    }

    private static string Objection(int exitCode, string complaint) => exitCode == 0
        ? "refers to another file by what qemu-img reads in it; flatten it with: qemu-img convert -O qcow2 in.qcow2 out.qcow2"
        : complaint.Contains("Cannot allocate memory", StringComparison.Ordinal) || exitCode > 128
            ? "takes qemu-img more memory or time to read than it is given; "
                + "write it anew with: qemu-img convert -O qcow2 in.qcow2 out.qcow2"
            : "cannot be read by qemu-img; see what it says with: qemu-img check in.qcow2";

    private static bool RefersToFile(string report)
    {
        using var read = JsonDocument.Parse(report);
        var root = read.RootElement;
        return root.TryGetProperty("backing-filename", out _) || root.TryGetProperty("full-backing-filename", out _)
            || (root.TryGetProperty("format-specific", out var specific) && specific.TryGetProperty("data", out var details)
                && details.TryGetProperty("data-file", out _));
    }

    private ProcessStartInfo Describe(string limiter, string program, string path)
    {
        var settings = options.Value;
        var memory = string.Create(CultureInfo.InvariantCulture, $"--as={(long)settings.QemuImgMemoryMiB << 20}");
        var processor = string.Create(CultureInfo.InvariantCulture, $"--cpu={settings.QemuImgCpuSeconds}");
        var start = new ProcessStartInfo(limiter, [memory, processor, program, "info", "-U", "-f", "qcow2", "--output=json", path])
        {
            WorkingDirectory = directory.Images, UseShellExecute = false,
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = SearchPath;
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    private static string? Find(string program) => program.Contains('/')
        ? File.Exists(program) ? program : null
        : $"{Environment.GetEnvironmentVariable("PATH")}:{SearchPath}".Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static async Task<string> ReadAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(buffer)) > 0)
        {
            text.Append(buffer, 0, Math.Min(count, MaxOutputCharacters - text.Length));
        }
        return text.ToString();
    }
}
