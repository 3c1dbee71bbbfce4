using ControlPlane.Core.Hosts;

namespace ControlPlane.Core.Vms;

/// <summary>
/// What a host must not have any more: a VM that has moved away, that was to come and did not, or that was given to another when the host
/// was lost. It is told so until it says that nothing is left; a host that is away hears it when it comes back.
/// </summary>
public sealed class Departure
{
    private Departure() { }

    /// <summary>One that the host has not heard of yet.</summary>
    /// <param name="vm">Which VM.</param>
    /// <param name="host">Which host.</param>
    /// <param name="incarnation">The newest embodiment it may have there.</param>
    /// <param name="generation">The generation of this word, later than all before.</param>
    /// <param name="now">When.</param>
    public Departure(Vm vm, HostId host, long incarnation, long generation, DateTimeOffset now) =>
        (Vm, Host, Incarnation, Generation, Name, Project, Engine, CreateTime) =
        (vm.Id, host, incarnation, generation, vm.Name.ToString(), vm.Project, vm.Engine ?? EngineKind.Software, now);

    /// <summary>Which VM.</summary>
    public VmId Vm { get; private set; }

    /// <summary>Which host.</summary>
    public HostId Host { get; private set; }

    /// <summary>Whose it is.</summary>
    public string Project { get; private set; } = "";

    /// <summary>The VM's name, for people.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The engine that the VM is on.</summary>
    public EngineKind Engine { get; private set; }

    /// <summary>The newest embodiment it may have there.</summary>
    public long Incarnation { get; private set; }

    /// <summary>The generation of this word.</summary>
    public long Generation { get; private set; }

    /// <summary>The revision at which it was said.</summary>
    public long Revision { get; set; }

    /// <summary>When it was said.</summary>
    public DateTimeOffset CreateTime { get; private set; }
}
