using System.Text.Json;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>What one QEMU says of its migration (<c>query-migrate</c>), at either end.</summary>
internal sealed class QemuMigration
{
    private readonly JsonElement answer;

    private QemuMigration(JsonElement answer) => this.answer = answer;

    public static async Task<QemuMigration> LookAsync(QemuMonitor open, CancellationToken ct) =>
        new(await open.AskAsync("query-migrate", null, ct));

    /// <summary>QEMU's word; <c>none</c> before there was any.</summary>
    public string Status => answer.TryGetProperty("status", out var status) ? status.GetString() ?? "none" : "none";

    /// <summary>Source: memory goes, or what is left is about to.</summary>
    public bool IsUnderWay => Status is "setup" or "active" or "pre-switchover" or "device" or "cancelling" or "wait-unplug";

    /// <summary>Memory goes as the target asks for it.</summary>
    public bool IsPostCopy => Status is "postcopy-active" or "postcopy-paused" or "postcopy-recover" or "postcopy-recover-setup";

    public bool IsCompleted => Status == "completed";

    public bool HasFailed => Status is "failed" or "cancelled";

    /// <summary>Target: whether it waits for its source to connect.</summary>
    public bool Listens => answer.TryGetProperty("socket-address", out _);

    public string Error => answer.TryGetProperty("error-desc", out var words) ? words.GetString() ?? Status : Status;

    public int? DowntimeMs => Whole(answer, "downtime") is > 0 and var value ? (int)value : null;

    public int? TotalMs => Whole(answer, "total-time") is > 0 and var value ? (int)value : null;

    public int Passes => (int)Whole(Ram, "dirty-sync-count");

    /// <summary>What of it a move's progress has.</summary>
    public MoveProgress AddTo(MoveProgress progress) => progress with
    {
        MemoryBytes = Whole(Ram, "transferred"), MemoryBytesLeft = Whole(Ram, "remaining"), MemoryBytesTotal = Whole(Ram, "total"),
        DirtyBytesPerSecond = Whole(Ram, "dirty-pages-rate") * Whole(Ram, "page-size"), Passes = Passes,
        ExpectedDowntimeMs = answer.TryGetProperty("expected-downtime", out _) ? (int)Whole(answer, "expected-downtime") : null,
        DowntimeMs = DowntimeMs, TotalMs = TotalMs,
    };

    private JsonElement Ram => answer.TryGetProperty("ram", out var ram) ? ram : default;

    private static long Whole(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;
}
