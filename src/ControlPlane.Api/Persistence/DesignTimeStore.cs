using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace ControlPlane.Api.Persistence;

/// <summary>Lets <c>dotnet ef migrations add</c> build the model without starting the service.</summary>
internal sealed class DesignTimeStore : IDesignTimeDbContextFactory<SqliteStoreContext>
{
    /// <inheritdoc/>
    public SqliteStoreContext CreateDbContext(string[] args) => new(SqliteStore.Options("design.db"));
}
