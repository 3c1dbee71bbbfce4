namespace ControlPlane.Api.Tests.Hosts;

/// <summary>A service on PostgreSQL that the tests of one class share. A fixture cannot skip for them, so each asks for it.</summary>
public sealed class RunningPostgresService : PostgresServiceFixture
{
    private string? missing;

    /// <summary>This, or a skip of the test that asks.</summary>
    public ServiceFixture Required
    {
        get
        {
            Skip.IfNot(missing is null, missing!);
            return this;
        }
    }

    public override async Task InitializeAsync()
    {
        try { await base.InitializeAsync(); }
        catch (SkipException skipped) { missing = skipped.Message; }
    }
}
