using System.Text.Json;
using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Agent.Fencing;

/// <summary>
/// Where the agent keeps its lease. It need not outlast the machine, whose guests do not either: so it is whole or not there, but not
/// synced.
/// </summary>
public sealed class LeaseFile(string folder)
{
    private const string Name = "lease.json";
    private const int MaxBytes = 4096;

    private readonly string path = Path.Combine(folder, Name);
    private readonly string boot = BootId();

    /// <summary>Keeps a lease; throws <see cref="IOException"/> where it cannot, and then it must not be counted on.</summary>
    public void Write(HeldLease held)
    {
        var (fresh, own) = ($"{path}.new", QemuProcess.StartTicksOf(Environment.ProcessId) ?? 0);
        var record = new LeaseRecord(boot, held.SentAt.Ticks, (long)held.Terms.Length.TotalMilliseconds,
            (long)held.Terms.Margin.TotalMilliseconds, held.Terms.DriftPermille, Environment.ProcessId, own);
        File.WriteAllBytes(fresh, JsonSerializer.SerializeToUtf8Bytes(record, FencingJson.Default.LeaseRecord));
        File.Move(fresh, path, overwrite: true);
    }

    /// <summary>The lease of this boot, or null: what cannot be read is none.</summary>
    public HeldLease? Read() => ReadRecord() is { } record && record.Boot == boot && LeaseTerms.TryCreate(
        TimeSpan.FromMilliseconds(record.LengthMs), TimeSpan.FromMilliseconds(record.MarginMs), record.DriftPermille, out var terms)
        ? new(TimeSpan.FromTicks(record.SentAtTicks), terms!) : null;

    /// <summary>Whether the agent that wrote it last is still there, be it stopped or hanging.</summary>
    public bool AgentLives() => ReadRecord() is { } record && record.Boot == boot
        && QemuProcess.StartTicksOf(record.AgentId) == record.AgentStartTicks;

    private LeaseRecord? ReadRecord()
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            return bytes.Length > MaxBytes ? null : JsonSerializer.Deserialize(bytes, FencingJson.Default.LeaseRecord);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static string BootId() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
}
