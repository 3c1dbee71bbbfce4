using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Hosts;

/// <summary>
/// Proves an engine by running a guest of 512 bytes. A device file proves nothing: there are machines whose /dev/kvm opens, creates a
/// VM, and then lets the guest crawl, hang, or abort QEMU.
/// </summary>
public sealed class EngineProof(AgentOptions options, TimeProvider time, ILogger<EngineProof> logger)
{
    private const string KvmDevice = "/dev/kvm";
    private const int MaxMessageChars = 200;
    private const int AbortedExitCode = 128 + 6;
    private const int NotFoundExitCode = 127;
    private const int SpareSeconds = 2;

    /// <summary>Runs the guest; the answer always comes within the proof's time limit and leaves no process behind.</summary>
    public async Task<EngineFacts> ProveAsync(VirtualizationEngine engine, CancellationToken ct)
    {
        var facts = DeviceRefusal(engine) ?? await ProveByGuestAsync(engine, ct);
        HostsLog.EngineProved(logger, engine, facts.Proved, facts.Reason, facts.Message);
        return facts;
    }

    private static EngineFacts? DeviceRefusal(VirtualizationEngine engine)
    {
        if (engine == VirtualizationEngine.Software)
        {
            return null;
        }

        try
        {
            using var device = File.OpenHandle(KvmDevice, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return Refused(engine, "PermissionDenied", $"{KvmDevice} is there and may not be opened by this user.");
        }
        catch (IOException fault)
        {
            return File.Exists(KvmDevice)
                ? Refused(engine, "DeviceUnusable", $"{KvmDevice} cannot be opened: {fault.Message}")
                : Refused(engine, "DeviceMissing", $"There is no {KvmDevice}.");
        }
    }

    private async Task<EngineFacts> ProveByGuestAsync(VirtualizationEngine engine, CancellationToken ct)
    {
        Directory.CreateDirectory(options.VmsDirectory);
        ProofDisks.RemoveLeftOver(options.VmsDirectory);
        var disk = ProofDisks.NewPath(options.VmsDirectory, time.GetUtcNow());
        try
        {
            await File.WriteAllBytesAsync(disk, BootSector.Disk(), ct);
            var facts = Judge(engine, await RunAsync(engine, disk, ct));
            for (var attempt = 1; facts.Reason == "GuestTooSlow" && attempt < options.ProofAttempts; attempt++)
            {
                facts = Judge(engine, await RunAsync(engine, disk, ct));
            }

            return facts;
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            return Refused(engine, "ToolMissing", $"The proof cannot be started: {fault.Message}");
        }
        finally
        {
            File.Delete(disk);
        }
    }

    private async Task<ProofRun> RunAsync(VirtualizationEngine engine, string disk, CancellationToken ct)
    {
        var seconds = TimeoutSeconds(engine);
        using var process = Tool.Start("/", Command(engine, disk, seconds));
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        var timedOut = false;
        var output = new ProofOutput(time);
        try
        {
            await output.ReadAsync(process.StandardOutput.BaseStream, both.Token);
            await process.WaitForExitAsync(both.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            ct.ThrowIfCancellationRequested();
            timedOut = true;
        }

        return new ProofRun(process.ExitCode, timedOut, output.Began, output.Ended, output.Elapsed, Shorten(await errors));
    }

    // `timeout` ends QEMU even if this process is killed before it can.
    private string[] Command(VirtualizationEngine engine, string disk, int seconds)
    {
        var file = new JsonObject { ["driver"] = "file", ["filename"] = disk };
        var node = new JsonObject { ["driver"] = "raw", ["node-name"] = "disk", ["read-only"] = true, ["file"] = file };
        return
        [
            "timeout", "--signal=KILL", (seconds + SpareSeconds).ToString(CultureInfo.InvariantCulture),
            options.QemuPath, "-machine", MachineType, "-accel", engine == VirtualizationEngine.Hardware ? "kvm" : "tcg",
            "-cpu", CpuModel(engine), "-m", "16M", "-nodefaults", "-no-user-config", "-display", "none",
            "-chardev", "stdio,id=out,signal=off", "-serial", "chardev:out", "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
            "-blockdev", node.ToJsonString(), "-device", "virtio-blk-pci,drive=disk",
            "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
        ];
    }

    /// <summary>What a run says of an engine. Pure.</summary>
    internal EngineFacts Judge(VirtualizationEngine engine, ProofRun run)
    {
        var limitMs = engine == VirtualizationEngine.Hardware ? options.HardwareProofMilliseconds : options.SoftwareProofMilliseconds;
        var elapsedMs = run.Elapsed.TotalMilliseconds;
        var loop = string.Create(CultureInfo.InvariantCulture, $"{BootSector.Iterations} loop iterations took {elapsedMs:0.0} ms");
        return run switch
        {
            { Ended: true, ExitCode: BootSector.ExitCode } when elapsedMs <= limitMs =>
                new(engine, true, "GuestRan", $"A guest ran to its end; {loop}.", CpuModel(engine), MachineType),
            { Ended: true } when elapsedMs > limitMs => Refused(engine, "GuestTooSlow", $"{loop}; at most {limitMs} ms are allowed."),
            { TimedOut: true, Began: true } =>
                Refused(engine, "GuestTooSlow", $"The guest began and did not finish {BootSector.Iterations} loop iterations in time."),
            { TimedOut: true } =>
                Refused(engine, "GuestHung", $"The guest showed no sign of life within {TimeoutSeconds(engine)} s and was ended."),
            { ExitCode: NotFoundExitCode } => Refused(engine, "QemuMissing", $"{options.QemuPath} is not installed."),
            { ExitCode: AbortedExitCode } => Refused(engine, "QemuAborted", $"QEMU aborted: {run.Errors}"),
            _ when run.Errors.Contains("Permission denied", StringComparison.Ordinal) =>
                Refused(engine, "PermissionDenied", $"QEMU may not use it: {run.Errors}"),
            _ => Refused(engine, "QemuFailed", $"QEMU ended with {run.ExitCode}: {run.Errors}"),
        };
    }

    private const string MachineType = "q35";

    private static string CpuModel(VirtualizationEngine engine) => engine == VirtualizationEngine.Hardware ? "host" : "qemu64";

    private int TimeoutSeconds(VirtualizationEngine engine) =>
        engine == VirtualizationEngine.Hardware ? options.HardwareProofTimeoutSeconds : options.ProofTimeoutSeconds;

    private static EngineFacts Refused(VirtualizationEngine engine, string reason, string message) =>
        new(engine, false, reason, message, CpuModel(engine), MachineType);

    private static string Shorten(string text)
    {
        var line = text.Trim().Replace('\n', ' ');
        return line.Length > MaxMessageChars ? line[..MaxMessageChars] : line;
    }
}
