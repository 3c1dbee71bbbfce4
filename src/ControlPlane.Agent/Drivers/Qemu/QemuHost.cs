using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>What all guests of a host need: settings, tools, clock, and the QEMU that is installed.</summary>
internal sealed class QemuHost(AgentOptions options, TimeProvider time, ILogger logger)
{
    private readonly Lock sync = new();
    private Task<QemuVersion?>? version;

    public AgentOptions Options { get; } = options;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;

    public DiskImage Disks { get; } = new(options, time);

    public SeedImage Seeds { get; } = new(options, time);

    /// <summary>The builder of command lines for this host's QEMU, which is asked for its version once.</summary>
    public async Task<QemuCommandLine> CommandLineAsync(CancellationToken ct) =>
        new(Options, await VersionAsync().WaitAsync(ct), HostClock.TscKiloHertz());

    private Task<QemuVersion?> VersionAsync()
    {
        lock (sync)
        {
            // A failed question is asked again: QEMU may be installed while the agent runs.
            var failed = version is { IsCompleted: true } && (!version.IsCompletedSuccessfully || version.GetAwaiter().GetResult() is null);
            version = version is null || failed ? QemuVersion.AskAsync(Options, Time, CancellationToken.None) : version;
            return version;
        }
    }
}
