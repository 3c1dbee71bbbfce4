using ControlPlane.Api.Tests.Images;

namespace ControlPlane.Api.Tests.Events;

public sealed class EventStreamOnSqliteTests : EventStreamTests
{
    private protected override Task<SmallService> StartAsync() => SmallService.StartAsync();
}
