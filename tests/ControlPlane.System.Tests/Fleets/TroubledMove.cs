using System.Net;
using System.Text.Json;

namespace ControlPlane.System.Tests.Fleets;

/// <summary>One move of a VM between two hosts, and the trouble that it meets when it has come to a phase.</summary>
internal sealed class TroubledMove(Fleet fleet, string vm, FleetHost source, FleetHost target)
{
    /// <summary>A part of the transfer: some of the memory is at the target, and more is to come.</summary>
    public const string Sending = "sending";

    private static readonly string[] order = ["claim", "prepare", "transfer", Sending, "switch", "remove"];

    // Long enough for what is heard every second to be missed, shorter than what waits for a host's answer.
    private static readonly TimeSpan cut = TimeSpan.FromSeconds(10);

    /// <summary>Where the move was when the trouble came: phases are short.</summary>
    public string? Met { get; private set; }

    /// <summary>Moves, makes the trouble, ends it, and returns when the operation has ended.</summary>
    public async Task<JsonElement> RunAsync(MoveTrouble trouble, string phase)
    {
        var operation = await fleet.BeginMoveAsync(vm, phase is "transfer" or Sending
            ? new { algorithm = "PRE_COPY", host = target.Name, timeoutSeconds = 30, bandwidthMiBPerSecond = 16 }
            : (object)new { algorithm = "PRE_COPY", host = target.Name, timeoutSeconds = 30 });
        await PhaseAsync(operation, phase);
        await MakeAsync(trouble, operation);
        return await fleet.EndOfAsync(operation, 240);
    }

    private Task MakeAsync(MoveTrouble trouble, string operation) => trouble switch
    {
        MoveTrouble.Cancel => fleet.Service.SendAsync(HttpMethod.Post, $"/v1/operations/{operation}/cancel"),
        MoveTrouble.SourceQemuKilled => KillGuestAsync(source),
        MoveTrouble.TargetQemuKilled => KillGuestAsync(target),
        MoveTrouble.SourceAgentKilled => KillAgentAsync(source),
        MoveTrouble.TargetAgentKilled => KillAgentAsync(target),
        MoveTrouble.ServiceKilled => KillServiceAsync(),
        MoveTrouble.SourceFromServiceIn => CutAsync(source, Way.In, fleet.ServiceNetwork.Address, operation),
        MoveTrouble.SourceFromServiceOut => CutAsync(source, Way.Out, fleet.ServiceNetwork.Address, operation),
        MoveTrouble.TargetFromServiceIn => CutAsync(target, Way.In, fleet.ServiceNetwork.Address, operation),
        MoveTrouble.TargetFromServiceOut => CutAsync(target, Way.Out, fleet.ServiceNetwork.Address, operation),
        MoveTrouble.SourceFromTargetIn => CutAsync(source, Way.In, target.Network.Address, operation),
        MoveTrouble.SourceFromTargetOut => CutAsync(source, Way.Out, target.Network.Address, operation),
    };

    // A phase may be over before it is seen; then the trouble comes in the next.
    private async Task PhaseAsync(string operation, string wanted)
    {
        for (var at = -1; at < Array.IndexOf(order, wanted);)
        {
            var seen = await fleet.Service.GetAsync($"/v1/operations/{operation}");
            if (seen.GetProperty("done").GetBoolean()) { return; }
            Met = PhaseOf(seen.GetProperty("migration"));
            at = Math.Max(at, Array.IndexOf(order, Met));
        }
    }

    private static string? PhaseOf(JsonElement migration) => migration.GetProperty("phase").GetString() is not "transfer" and var phase ? phase
        : migration.GetProperty("memoryBytes").GetInt64() > 0 ? Sending : "transfer";

    // The target's process comes in the course of the phase.
    private Task KillGuestAsync(FleetHost host)
    {
        host.Guest(vm)?.Kill();
        return Task.CompletedTask;
    }

    private static async Task KillAgentAsync(FleetHost host)
    {
        await host.Agent.KillAsync();
        host.Agent.Run();
    }

    private async Task KillServiceAsync()
    {
        await fleet.Service.KillAsync();
        await fleet.Service.StartAgainAsync();
    }

    private async Task CutAsync(FleetHost host, Way way, IPAddress other, string operation)
    {
        await host.Network.CutAsync(way, other);
        var healing = fleet.Clock.Now + cut;
        await Eventually.TrueAsync(async () => fleet.Clock.Now > healing
            || (await fleet.Service.GetAsync($"/v1/operations/{operation}")).GetProperty("done").GetBoolean(), cut * 6, fleet.Told);
        await host.Network.HealAsync();
    }
}
