namespace ControlPlane.Api.Tests.Preemption;

public sealed class PreemptionOnPostgresTests() : PreemptionTests(new PostgresServiceFixture());
