using ControlPlane.Api.Tests.Operations;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Reservations;

public sealed class ReservationExpiryTests : IAsyncLifetime
{
    private readonly DyingStore store = new();
    private readonly ReservationWorld service = new();

    public async Task InitializeAsync()
    {
        var before = service.Configure!;
        service.Configure = services =>
        {
            before(services);
            services.AddSingleton<IInterceptor>(store);
        };
        await service.InitializeAsync();
        await service.AddHostAsync("h1", vcpu: 8);
    }

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task What_no_VM_took_in_time_is_given_back_and_the_reservation_says_so()
    {
        await service.ReserveAsync("launch", 3);
        await ServiceFixture.ReadAsync(200, await service.CreateAsync("web-1", "launch"));
        service.Advance(61);

        await service.SweepAsync();

        Assert.Equal(("EXPIRED", 0, 1), ReservationWorld.Counts(await service.ReadAsync("launch")));
        Assert.Equal(2, await service.UsedAsync("h1"));
        var expired = await service.GetAsync("/v1/reservations?filter=state%20%3D%20EXPIRED");
        Assert.Single(expired.GetProperty("items").EnumerateArray());
        await Ledgers.AgreeAsync(service);
    }

    [Fact]
    public async Task A_reservation_whose_time_is_over_is_not_consumed_even_before_anybody_noticed()
    {
        await service.ReserveAsync("launch");
        service.Advance(61);

        var problem = await ServiceFixture.RefusedAsync(409, "invalid-state", await service.CreateAsync("web-1", "launch"));

        Assert.Contains("has expired", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(("ACTIVE", 1, 0), ReservationWorld.Counts(await service.ReadAsync("launch")));
        Assert.Equal(2, await service.UsedAsync("h1"));
    }

    [Fact]
    public async Task One_whose_time_is_not_over_stays()
    {
        await service.ReserveAsync("launch");
        service.Advance(59);

        await service.SweepAsync();

        Assert.Equal(("ACTIVE", 1, 0), ReservationWorld.Counts(await service.ReadAsync("launch")));
    }

    [Fact]
    public async Task An_ended_one_can_be_read_for_some_days_and_its_name_is_free_afterwards()
    {
        await service.ReserveAsync("launch");
        service.Advance(61);
        await service.SweepAsync();
        service.Advance(6 * 24 * 60);
        await service.SweepAsync();
        Assert.Equal(("EXPIRED", 0, 0), ReservationWorld.Counts(await service.ReadAsync("launch")));

        service.Advance(2 * 24 * 60);
        await service.SweepAsync();

        await ServiceFixture.RefusedAsync(404, "not-found", await service.Client.GetAsync("/v1/reservations/launch"));
        await service.ReserveAsync("launch");
    }

    [Fact]
    public async Task A_service_that_dies_while_it_gives_back_does_so_when_it_lives_again()
    {
        await service.ReserveAsync("launch", 2);
        await service.ReserveAsync("later", 1);
        service.Advance(61);
        store.DieAfter(1);

        await Assert.ThrowsAnyAsync<Exception>(service.SweepAsync);
        await service.StopAsync();
        store.Revive();
        await service.InitializeAsync();
        await service.SweepAsync();

        Assert.Equal(("EXPIRED", 0, 0), ReservationWorld.Counts(await service.ReadAsync("launch")));
        Assert.Equal(("EXPIRED", 0, 0), ReservationWorld.Counts(await service.ReadAsync("later")));
        await Ledgers.AreEmptyAsync(service);
    }
}
