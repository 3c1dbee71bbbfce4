using Microsoft.EntityFrameworkCore.Design;

namespace ControlPlane.Api.Persistence;

/// <summary>Lets <c>dotnet ef migrations add</c> build both models without starting the service.</summary>
internal sealed class DesignTimeStore : IDesignTimeDbContextFactory<SqliteStoreContext>, IDesignTimeDbContextFactory<PostgresStoreContext>
{
    /// <inheritdoc/>
    SqliteStoreContext IDesignTimeDbContextFactory<SqliteStoreContext>.CreateDbContext(string[] args) =>
        (SqliteStoreContext)new SqliteStore("design.db", []).Read();

    /// <inheritdoc/>
    PostgresStoreContext IDesignTimeDbContextFactory<PostgresStoreContext>.CreateDbContext(string[] args) =>
        (PostgresStoreContext)new PostgresStore("Host=localhost;Database=design", []).Read();
}
