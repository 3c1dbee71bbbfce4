namespace ControlPlane.Api.Tests.Hosts;

/// <summary>A service that the tests of one class share: xunit wants one constructor.</summary>
public sealed class RunningService : ServiceFixture;
