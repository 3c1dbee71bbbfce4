namespace ControlPlane.Api.Tests.Moving;

public sealed class AssignmentReadOnSqliteTests() : AssignmentReadTests(new ServiceFixture());
