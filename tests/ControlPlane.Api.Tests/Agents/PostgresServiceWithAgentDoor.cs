namespace ControlPlane.Api.Tests.Agents;

/// <summary>The same on PostgreSQL. A fixture cannot skip for its tests, so each asks for it.</summary>
public sealed class PostgresServiceWithAgentDoor : ServiceWithAgentDoor
{
    private string? missing;

    public override bool OnPostgres => true;

    public ServiceWithAgentDoor Required
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
