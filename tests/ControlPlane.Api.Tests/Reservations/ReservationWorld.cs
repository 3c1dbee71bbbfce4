using System.Text.Json;
using ControlPlane.Api.Reservations;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Reservations;

/// <summary>A service whose clock can be put forward and that looks for reservations to end only when it is told to.</summary>
public class ReservationWorld : ServiceFixture
{
    private readonly ShiftedTime time = new();

    public ReservationWorld()
    {
        Configure = services => services.AddSingleton<TimeProvider>(time);
        Settings = [("ControlPlane:Reservations:SweepSeconds", "3600")];
    }

    public static object Small => new { vcpus = 2, memoryMiB = 64, diskGiB = 1 };

    public string In(double minutes) => time.GetUtcNow().AddMinutes(minutes).ToString("O");

    public void Advance(double minutes) => time.Advance(TimeSpan.FromMinutes(minutes));

    public Task SweepAsync() => Services.GetRequiredService<ReservationSweep>().RunAsync(CancellationToken.None);

    public Task<JsonElement> ReserveAsync(string name, int count = 1, object? spec = null, string pool = "default") =>
        PostedAsync(201, "/v1/reservations", new { name, pool, count, spec = spec ?? Small, expireTime = In(60) });

    public Task<HttpResponseMessage> CreateAsync(string name, string? reservation, int vcpus = 2, string pool = "default") =>
        PostAsync("/v1/vms", new
        {
            name, pool, spec = new { vcpus, memoryMiB = 64, diskGiB = 1, desiredState = "STOPPED", placement = new { reservation } },
        }, ("Prefer", "wait=60"));

    public Task<JsonElement> ReadAsync(string name) => GetAsync($"/v1/reservations/{name}");

    public async Task<long> UsedAsync(string host) => (await GetAsync($"/v1/hosts/{host}"))
        .GetProperty("capacity").GetProperty("vcpu").GetProperty("used").GetInt64();

    public async Task<long> ChargedAsync(string pool) => (await GetAsync($"/v1/pools/{pool}")).GetProperty("limits")
        .TryGetProperty("vcpu", out var limit) ? limit.GetProperty("used").GetInt64() : 0;

    public static (string State, int Held, int Consumed) Counts(JsonElement reservation) => (reservation.GetProperty("state").GetString()!,
        reservation.GetProperty("held").GetInt32(), reservation.GetProperty("consumed").GetInt32());
}
