namespace ControlPlane.Api.Tests;

/// <summary>The whole service on a PostgreSQL database of its own.</summary>
public class PostgresServiceFixture : ServiceFixture
{
    public override bool OnPostgres => true;
}
