namespace ControlPlane.Api.Tests.Moving;

public sealed class AssignmentReadOnPostgresTests() : AssignmentReadTests(new PostgresServiceFixture());
