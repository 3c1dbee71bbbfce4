using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>What all guests of a host need: settings, tools, clock, and the QEMU that is installed.</summary>
/// <param name="options">Settings of the agent.</param>
/// <param name="credentials">What this host shows others now; null where it has no certificate.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where decisions are told.</param>
/// <param name="mayRun">Asked before a guest that stands still is let go.</param>
internal sealed class QemuHost(
    AgentOptions options, Func<MoveCredentials?> credentials, TimeProvider time, ILogger logger, Func<VmAssignment, bool> mayRun)
{
    private readonly Lock sync = new();
    private Task<QemuVersion?>? version;

    public AgentOptions Options { get; } = options;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;

    public DiskImage Disks { get; } = new(options, time);

    public SeedImage Seeds { get; } = new(options, time);

    /// <summary>Throws where a guest that stands still must stay so: whoever began it asks again when it is there.</summary>
    public void Admit(VmAssignment vm)
    {
        if (!mayRun(vm))
        {
            throw new VmDriverException(VmDriverException.LeaseNotHeld, "The host holds no lease under which this guest may run.");
        }
    }

    /// <summary>The host's certificate as it is at this moment: it is renewed while the agent runs.</summary>
    public MoveCredentials? Credentials() => credentials();

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
