namespace ControlPlane.System.Tests.Fleets;

/// <summary>
/// The fleet of a class of tests, with one guest that lives through all of them: a start costs more than most tests. Made when a test first
/// asks for it, since only a test can be skipped.
/// </summary>
public sealed class StandingFleet : IAsyncLifetime
{
    private Fleet? fleet;
    private string? vm;

    /// <summary>The fleet: hosts alpha and beta, and two that share their disks' storage.</summary>
    public async Task<Fleet> GetAsync()
    {
        Fleet.Require();
        return fleet ??= await Fleet.StartAsync(["alpha", "beta", "shared-1", "shared-2"]);
    }

    /// <summary>The fleet, and the id of a VM that counts on alpha.</summary>
    public async Task<(Fleet Fleet, string Vm)> WithGuestAsync()
    {
        var standing = await GetAsync();
        return (standing, vm ??= await standing.CreateAsync("standing", "alpha"));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (fleet is not null) { await fleet.DisposeAsync(); }
    }
}
