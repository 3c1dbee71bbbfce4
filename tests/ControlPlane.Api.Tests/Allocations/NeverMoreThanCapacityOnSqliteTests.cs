using System.Data.Common;
using ControlPlane.Api.Tests.Hosts;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Api.Tests.Allocations;

public sealed class NeverMoreThanCapacityOnSqliteTests(OpenStore open) : NeverMoreThanCapacityTests(open), IClassFixture<OpenStore>
{
    protected override bool IsCheck(DbException fault) => fault is SqliteException { SqliteExtendedErrorCode: 275 };
}
