using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Api.Tests;

/// <summary>The fixture's own promise: stopped means gone, so that the next service finds the directory free.</summary>
public sealed class ServiceFixtureTests
{
    [Fact]
    public async Task A_service_that_takes_its_time_to_go_is_gone_before_the_next_one_starts()
    {
        var service = await ServiceFixture.StartAsync(services => services.AddHostedService<SlowToGo>());
        for (var restarts = 0; restarts < 4; restarts++) { await service.RestartAsync(); }
        await service.AddHostAsync("h1");
        await service.DisposeAsync();
    }

    private sealed class SlowToGo : BackgroundService, IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Task.Delay(TimeSpan.FromSeconds(2));

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }
}
