using ControlPlane.Agent.Drivers;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Remote;

/// <summary>A driver whose images are elsewhere: they are fetched before they are needed, and VMs are told where they are here.</summary>
public sealed class FetchingDriver(IVmDriver driver, ImageCache images) : IVmDriver
{
    /// <inheritdoc/>
    public bool TellsOfEveryChange => driver.TellsOfEveryChange;

    /// <inheritdoc/>
    public async Task PrepareAsync(VmAssignment vm, CancellationToken ct)
    {
        await FetchAsync(vm.Boot, ct);
        await driver.PrepareAsync(Here(vm), ct);
    }

    /// <inheritdoc/>
    public async Task StartAsync(VmAssignment vm, CancellationToken ct)
    {
        await FetchAsync(vm.Boot, ct);
        await driver.StartAsync(Here(vm), ct);
    }

    /// <inheritdoc/>
    public Task StopAsync(VmAssignment vm, CancellationToken ct) => driver.StopAsync(Here(vm), ct);

    /// <inheritdoc/>
    public Task PauseAsync(VmAssignment vm, CancellationToken ct) => driver.PauseAsync(Here(vm), ct);

    /// <inheritdoc/>
    public Task ResumeAsync(VmAssignment vm, CancellationToken ct) => driver.ResumeAsync(Here(vm), ct);

    /// <inheritdoc/>
    public Task RebootAsync(VmAssignment vm, CancellationToken ct) => driver.RebootAsync(Here(vm), ct);

    /// <inheritdoc/>
    public async Task ReceiveAsync(VmAssignment vm, CancellationToken ct)
    {
        await FetchAsync(vm.Boot, ct);
        await driver.ReceiveAsync(Here(vm), ct);
    }

    /// <inheritdoc/>
    public Task SendAsync(VmAssignment vm, Action<MoveProgress> progress, CancellationToken ct) =>
        driver.SendAsync(Here(vm), progress, ct);

    /// <inheritdoc/>
    public Task CallBackAsync(VmAssignment vm, CancellationToken ct) => driver.CallBackAsync(Here(vm), ct);

    /// <inheritdoc/>
    public Task RemoveAsync(VmAssignment vm, CancellationToken ct) => driver.RemoveAsync(Here(vm), ct);

    /// <inheritdoc/>
    public Task<DriverObservation> ObserveAsync(VmAssignment vm, CancellationToken ct) => driver.ObserveAsync(Here(vm), ct);

    /// <inheritdoc/>
    public Task WaitExitAsync(VmAssignment vm, CancellationToken ct) => driver.WaitExitAsync(Here(vm), ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListAsync(CancellationToken ct) => driver.ListAsync(ct);

    /// <inheritdoc/>
    public IConsoleLog? Console(string vmId) => driver.Console(vmId);

    private async Task FetchAsync(BootSource? boot, CancellationToken ct)
    {
        if (boot?.Content is { } content) { await images.EnsureAsync(content, ct); }
        if (boot?.Initrd is { } initrd) { await images.EnsureAsync(initrd, ct); }
    }

    private VmAssignment Here(VmAssignment vm) => vm.Boot is not { Content: { } content } boot ? vm : vm with
    {
        Boot = boot with { Path = images.PathOf(content), InitrdPath = boot.Initrd is { } initrd ? images.PathOf(initrd) : null },
    };
}
