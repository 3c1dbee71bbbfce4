using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers;

/// <summary>
/// Makes one VM be what it should on this machine. Every call is idempotent: repeated after a crash at any instruction it gives the
/// same end. A call that cannot succeed throws <see cref="VmDriverException"/> with a reason word and a sentence.
/// </summary>
public interface IVmDriver
{
    /// <summary>
    /// Whether nothing happens to a VM but what it is told and what <see cref="WaitExitAsync"/> tells of, so that one which rests need not
    /// be looked at now and then.
    /// </summary>
    bool TellsOfEveryChange { get; }

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

    /// <summary>
    /// Target of a move: makes what <see cref="PrepareAsync"/> makes, begins the process standing still, awaiting its state, and returns
    /// when it listens, or has loaded what it listened for. A process that was begun for this incarnation and ended is not begun again:
    /// reason
    /// <c>IncomingLost</c>.
    /// </summary>
    Task ReceiveAsync(VmAssignment vm, CancellationToken ct);

    /// <summary>
    /// Source of a move whose target listens: sends disk and memory, or goes on doing so, and returns when the guest stands still and all
    /// that the target needs to go on has been sent. What fails before that leaves the guest running as if nothing had been.
    /// </summary>
    /// <param name="vm">With its move.</param>
    /// <param name="progress">Called now and then with how far it is.</param>
    /// <param name="ct">Ends the watching, not the sending: that ends when the VM is made something else.</param>
    Task SendAsync(VmAssignment vm, Action<MoveProgress> progress, CancellationToken ct);

    /// <summary>
    /// Source of a move that has come to nothing: ends the sending, frees what it held and lets the guest be what it was, running or
    /// paused.
    /// Nothing when nothing is being sent. Past the point of no return it throws reason <c>PastReturn</c>.
    /// </summary>
    Task CallBackAsync(VmAssignment vm, CancellationToken ct);

    /// <summary>
    /// Removes everything of the VM: process, files, sockets, directory. A disk that other hosts have too stays when it has departed.
    /// </summary>
    Task RemoveAsync(VmAssignment vm, CancellationToken ct);

    /// <summary>Looks at what is really there now; never trusts memory of earlier calls.</summary>
    Task<DriverObservation> ObserveAsync(VmAssignment vm, CancellationToken ct);

    /// <summary>Completes when the VM's process has ended or its guest has powered off; used to notice deaths at once.</summary>
    Task WaitExitAsync(VmAssignment vm, CancellationToken ct);

    /// <summary>VMs that have a process or files here, for finding those that no record owns.</summary>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken ct);

    /// <summary>The serial console's kept text, oldest first; null when there is none.</summary>
    IConsoleLog? Console(string vmId);
}
