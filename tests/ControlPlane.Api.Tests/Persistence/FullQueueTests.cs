using ControlPlane.Api.Persistence;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Persistence;

/// <summary>The queue of writes is bounded: who comes when it is full is told when to come again, and the others are served.</summary>
public sealed class FullQueueTests : IAsyncLifetime
{
    private const int Places = 4;
    private readonly ServiceFixture service = new(null, ("ControlPlane:Store:MaxWaitingWrites", $"{Places}"));

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task One_write_more_than_may_wait_is_answered_503_with_a_time_and_the_rest_are_done()
    {
        await service.AddHostAsync("h1");
        var store = service.Services.GetRequiredService<Store>();
        var (entered, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var holding = store.WriteAsync(null, async _ => { entered.SetResult(); await go.Task; return true; }, CancellationToken.None);
        await entered.Task;
        var waiting = Enumerable.Range(0, Places).Select(_ => store.WriteAsync(null, _ => Task.FromResult(true), CancellationToken.None)).ToList();

        var refused = await service.PostAsync("/v1/pools/default/allocations", new { owner = "late", resources = new { vcpu = 1 } });

        await ServiceFixture.RefusedAsync(503, "unavailable", refused);
        Assert.NotNull(refused.Headers.RetryAfter);
        go.SetResult();
        await Task.WhenAll([holding, .. waiting]);
        await service.PostedAsync(201, "/v1/pools/default/allocations", new { owner = "late", resources = new { vcpu = 1 } });
    }
}
