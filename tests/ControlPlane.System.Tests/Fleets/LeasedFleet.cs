namespace ControlPlane.System.Tests.Fleets;

/// <summary>
/// The fleet of a class of tests whose hosts hold short leases: two share the storage of their disks, and one has its own, where no guest of
/// theirs may ever start. Made when a test first asks for it, since only a test can be skipped.
/// </summary>
public sealed class LeasedFleet : IAsyncLifetime
{
    /// <summary>Where the guests live until their host is lost.</summary>
    public const string Home = "shared-1";

    /// <summary>Where they may start again.</summary>
    public const string Elsewhere = "shared-2";

    private Fleet? fleet;

    public async Task<Fleet> GetAsync()
    {
        Fleet.Require();
        return fleet ??= await Fleet.StartAsync([Home, Elsewhere, "alpha"],
            ("ControlPlane__Lease__LengthSeconds", "5"), ("ControlPlane__Lease__MarginSeconds", "1"),
            // So that one host may miss its lease again and again.
            ("ControlPlane__HostLoss__FlapHoldAt", "100"));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (fleet is not null) { await fleet.DisposeAsync(); }
    }
}
