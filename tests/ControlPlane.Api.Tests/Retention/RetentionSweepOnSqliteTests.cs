using ControlPlane.Api.Persistence;

namespace ControlPlane.Api.Tests.Retention;

public sealed class RetentionSweepOnSqliteTests : RetentionSweepTests
{
    protected override Task<IStoreDatabase> DatabaseAsync(DataDirectory taken) =>
        Task.FromResult<IStoreDatabase>(new SqliteStore(taken.DatabaseFile, []));
}
