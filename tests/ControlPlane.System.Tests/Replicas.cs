namespace ControlPlane.System.Tests;

/// <summary>Two processes of the service on one fresh database.</summary>
public sealed class Replicas : IAsyncDisposable
{
    private Replicas(IReadOnlyList<ServiceProcess> all) => All = all;

    /// <summary>A small VM on a simulated host.</summary>
    public static object Spec { get; } = new { vcpus = 1, memoryMiB = 256, diskGiB = 1 };

    public IReadOnlyList<ServiceProcess> All { get; }

    /// <summary>Both started at the same moment, so that they also race for the schema.</summary>
    public static async Task<Replicas> StartAsync(PostgresCluster postgres)
    {
        var settings = postgres.Settings(await postgres.NewDatabaseAsync());
        return new(await Task.WhenAll(ServiceProcess.StartAsync(settings), ServiceProcess.StartAsync(settings)));
    }

    /// <summary>One of them, by turns.</summary>
    public ServiceProcess Any(int turn) => All[turn % All.Count];

    public IEnumerable<Task<T>> Each<T>(Func<ServiceProcess, Task<T>> ask) => All.Select(ask).ToList();

    public Task AddHostAsync(string name, int vcpu) => All[0].AskAsync(201, HttpMethod.Post, "/v1/hosts", new
    {
        name, driver = "SIMULATED", capacity = new { vcpu, memoryMiB = 65_536, diskGiB = 1_000 },
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var service in All) { await service.DisposeAsync(); }
    }
}
