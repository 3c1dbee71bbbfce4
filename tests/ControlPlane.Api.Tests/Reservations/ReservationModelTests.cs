using ControlPlane.Api.Tests.Operations;
using CsCheck;

namespace ControlPlane.Api.Tests.Reservations;

/// <summary>Random histories of reservations and VMs on the real service and on paper: no room leaks, none is counted twice.</summary>
public sealed class ReservationModelTests : IAsyncLifetime
{
    private const int Vcpus = 12;
    private readonly ReservationWorld service = new();

    public async Task InitializeAsync()
    {
        await service.InitializeAsync();
        await service.AddHostAsync("h1", vcpu: Vcpus);
    }

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task Any_history_holds_on_the_service_what_it_holds_on_paper() =>
        await ReservationStep.Any.Array[5, 30].SampleAsync(ReplayAsync, iter: 25, threads: 1);

    private async Task ReplayAsync(ReservationStep[] steps)
    {
        var paper = new PaperReservations(Vcpus);
        foreach (var step in steps)
        {
            var expected = paper.Apply(step);
            Assert.True(expected == await DoAsync(step), $"{step} was {(expected ? "refused" : "done")}");
            Assert.Equal(paper.Used, await service.UsedAsync("h1"));
            Assert.Equal(paper.Used, await service.ChargedAsync("default"));
        }
        await Ledgers.AgreeAsync(service);
        foreach (var (name, entry) in paper.Reservations)
        {
            Assert.Equal((entry.State, entry.Slots.Count, entry.Consumed), ReservationWorld.Counts(await service.ReadAsync(Name(name))));
        }
        for (var i = 0; i < 4; i++)
        {
            await DoAsync(new ReservationStep.DeleteVm(i));
            await DoAsync(new ReservationStep.DeleteReservation(i));
        }
        await Ledgers.AreEmptyAsync(service);
    }

    private async Task<bool> DoAsync(ReservationStep step)
    {
        switch (step)
        {
            case ReservationStep.Reserve it:
                var wanted = new
                {
                    name = Name(it.Name), count = it.Count, expireTime = service.In(it.Minutes),
                    spec = new { vcpus = it.Vcpus, memoryMiB = 64, diskGiB = 1 },
                };
                return (await service.PostAsync("/v1/reservations", wanted)).IsSuccessStatusCode;
            case ReservationStep.Create it:
                var reservation = it.Reservation is { } held ? Name(held) : null;
                return (await service.CreateAsync($"vm-{it.Vm}", reservation, it.Vcpus)).IsSuccessStatusCode;
            case ReservationStep.DeleteVm it:
                return (await service.SendAsync(HttpMethod.Delete, $"/v1/vms/vm-{it.Vm}", null, ("Prefer", "wait=60"))).IsSuccessStatusCode;
            case ReservationStep.DeleteReservation it:
                return (await service.SendAsync(HttpMethod.Delete, $"/v1/reservations/{Name(it.Name)}")).IsSuccessStatusCode;
            case ReservationStep.Wait it:
                service.Advance(it.Minutes);
                return true;
            default:
                await service.SweepAsync();
                return true;
        }
    }

    private static string Name(int index) => $"r-{index}";
}
