using System.Collections.Concurrent;
using ControlPlane.Agent.Drivers;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Remote;

/// <summary>
/// Keeps what the agent was told, so that after its own restart it takes up the guests that run without having to reach the service.
/// </summary>
/// <remarks>
/// Only what runs is taken up from memory. A VM that does not may have been given to another host while this one was away, so the
/// service is heard before it is started.
/// </remarks>
public sealed class RememberingLink(
    IAgentLink service, AgentFolder folder, IVmDriver driver, ImageCache images, ILogger<RememberingLink> logger) : IAgentLink
{
    private const int LooksAtOnce = 16;

    private readonly Dictionary<string, VmAssignment> told = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim turn = new(1);
    private readonly TaskCompletionSource recalled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the guests that run have been looked for.</summary>
    public Task Recalled => recalled.Task;

    /// <inheritdoc/>
    public async Task<AssignmentPage> WaitAssignmentsAsync(AssignmentScope scope, long after, CancellationToken ct)
    {
        if (!recalled.Task.IsCompleted)
        {
            var running = await RecallAsync(ct);
            recalled.TrySetResult();
            if (running.Count > 0) { return new AssignmentPage(0, false, running); }
        }
        var page = await service.WaitAssignmentsAsync(scope, after, ct);
        await KeepAsync(page, ct);
        if (page.Complete) { images.Clean(page.Items, await driver.ListAsync(ct)); }
        return page;
    }

    /// <inheritdoc/>
    public async Task ReportAsync(AgentReport report, CancellationToken ct)
    {
        await service.ReportAsync(report, ct);
        var gone = report.Vms.Where(seen => seen is { Power: ObservedPower.Absent, Failure: null }).Select(seen => seen.VmId).ToList();
        if (gone.Count > 0) { await ForgetAsync(gone, ct); }
    }

    /// <summary>What is on the host: what it was told of, and what else has files or a process here.</summary>
    public async Task<IReadOnlyList<HeldVm>> HeldAsync(CancellationToken ct)
    {
        await recalled.Task.WaitAsync(ct);
        var there = await driver.ListAsync(ct);
        await turn.WaitAsync(ct);
        try
        {
            return
            [
                .. told.Values.Select(vm => new HeldVm(vm.VmId, vm.Incarnation))
                    .Concat(there.Where(id => !told.ContainsKey(id)).Select(id => new HeldVm(id, 0))).Take(AgentProtocol.MaxHeld),
            ];
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Ends the guests of VMs that are no longer this host's; throws where one is still there.</summary>
    public async Task EndAsync(IReadOnlyList<string> vms, CancellationToken ct)
    {
        foreach (var vm in vms.Select(id => told.GetValueOrDefault(id)).OfType<VmAssignment>().ToList())
        {
            await driver.StopAsync(vm with { StopMode = ShutdownMode.Forced }, ct);
            RemoteLog.NotItsOwn(logger, vm.VmId, vm.Incarnation);
        }
    }

    private async Task<List<VmAssignment>> RecallAsync(CancellationToken ct)
    {
        ConcurrentBag<VmAssignment> running = [];
        try
        {
            foreach (var vm in folder.ReadMemory()?.Items ?? []) { told[vm.VmId] = vm; }
        }
        catch (Exception fault) when (fault is System.Text.Json.JsonException or IOException)
        {
            RemoteLog.MemoryBroken(logger, fault, folder.MemoryFile);
        }
        var looks = new ParallelOptions { MaxDegreeOfParallelism = LooksAtOnce, CancellationToken = ct };
        await Parallel.ForEachAsync(told.Values.ToList(), looks, async (vm, token) =>
        {
            if (await RunsAsync(vm, token)) { running.Add(vm); }
        });
        RemoteLog.Remembered(logger, running.Count);
        return [.. running];
    }

    // A VM that cannot be looked at may run: it is taken up, and its supervisor says what is wrong.
    private async Task<bool> RunsAsync(VmAssignment vm, CancellationToken ct)
    {
        try
        {
            return (await driver.ObserveAsync(vm, ct)).Power is ObservedPower.Running or ObservedPower.Paused;
        }
        catch (VmDriverException)
        {
            return true;
        }
    }

    // Kept before it is acted on: what runs here was told here.
    private async Task KeepAsync(AssignmentPage page, CancellationToken ct)
    {
        if (page.Items.Count == 0 && !(page.Complete && told.Count > 0)) { return; }
        await turn.WaitAsync(ct);
        try
        {
            if (page.Complete) { told.Clear(); }
            foreach (var vm in page.Items.Where(IsNewer)) { told[vm.VmId] = vm; }
            await folder.WriteAsync(new AssignmentPage(page.Revision, false, [.. told.Values]));
        }
        finally
        {
            turn.Release();
        }
    }

    private bool IsNewer(VmAssignment vm) => !told.TryGetValue(vm.VmId, out var known) || vm.Incarnation > known.Incarnation
        || (vm.Incarnation == known.Incarnation && vm.Generation >= known.Generation);

    private async Task ForgetAsync(List<string> gone, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            var before = told.Count;
            foreach (var vm in gone)
            {
                if (told.TryGetValue(vm, out var known) && known.Power == DesiredPower.Absent) { told.Remove(vm); }
            }
            if (told.Count < before) { await folder.WriteAsync(new AssignmentPage(0, false, [.. told.Values])); }
        }
        finally
        {
            turn.Release();
        }
    }
}
