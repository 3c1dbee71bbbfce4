using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers;

/// <summary>
/// Makes one VM be what it should on this machine. Every call is idempotent: repeated after a crash at any instruction it gives the
/// same end. A call that cannot succeed throws <see cref="VmDriverException"/> with a reason word and a sentence.
/// </summary>
public interface IVmDriver
{
    /// <summary>Makes the VM's directory, disk and seed, grows the disk when the assignment asks for more; leaves what is there.</summary>
    Task PrepareAsync(VmAssignment vm, CancellationToken ct);

    /// <summary>Starts the guest, or adopts the one that already runs; returns when it runs.</summary>
    Task StartAsync(VmAssignment vm, CancellationToken ct);

    /// <summary>
    /// Stops the guest by <see cref="VmAssignment.StopMode"/>; returns when no process is left. Reason <c>StopTimedOut</c> when the
    /// guest did not answer.
    /// </summary>
    Task StopAsync(VmAssignment vm, CancellationToken ct);

    /// <summary>Lets the vCPUs stand still.</summary>
    Task PauseAsync(VmAssignment vm, CancellationToken ct);

    /// <summary>Lets the vCPUs run again.</summary>
    Task ResumeAsync(VmAssignment vm, CancellationToken ct);

    /// <summary>Boots the guest again, in the same process where the driver can.</summary>
    Task RebootAsync(VmAssignment vm, CancellationToken ct);

    /// <summary>Removes everything of the VM: process, files, sockets, directory.</summary>
    Task RemoveAsync(string vmId, CancellationToken ct);

    /// <summary>Looks at what is really there now; never trusts memory of earlier calls.</summary>
    Task<DriverObservation> ObserveAsync(VmAssignment vm, CancellationToken ct);

    /// <summary>Completes when the VM's process has ended or its guest has powered off; used to notice deaths at once.</summary>
    Task WaitExitAsync(VmAssignment vm, CancellationToken ct);

    /// <summary>VMs that have a process or files here, for finding those that no record owns.</summary>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken ct);

    /// <summary>The serial console's kept text, oldest first; null when there is none.</summary>
    IConsoleLog? Console(string vmId);
}
