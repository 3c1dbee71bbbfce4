using System.Data.Common;
using ControlPlane.Api.Tests.Hosts;
using Npgsql;

namespace ControlPlane.Api.Tests.Allocations;

public sealed class NeverMoreThanCapacityOnPostgresTests(OpenPostgresStore open)
    : NeverMoreThanCapacityTests(open.Required), IClassFixture<OpenPostgresStore>
{
    protected override bool IsCheck(DbException fault) => fault is PostgresException { SqlState: PostgresErrorCodes.CheckViolation };
}
