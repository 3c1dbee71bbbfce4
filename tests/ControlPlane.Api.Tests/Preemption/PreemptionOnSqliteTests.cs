namespace ControlPlane.Api.Tests.Preemption;

public sealed class PreemptionOnSqliteTests() : PreemptionTests(new ServiceFixture());
