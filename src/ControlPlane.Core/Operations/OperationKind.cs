namespace ControlPlane.Core.Operations;

/// <summary>What an operation does.</summary>
public enum OperationKind
{
    /// <summary>Makes a VM and, when wanted, starts it.</summary>
    CreateVm,

    /// <summary>Starts a VM.</summary>
    StartVm,

    /// <summary>Stops a VM.</summary>
    StopVm,

    /// <summary>Boots a VM's guest again.</summary>
    RebootVm,

    /// <summary>Lets a VM's vCPUs stand still.</summary>
    PauseVm,

    /// <summary>Lets a VM's vCPUs run again.</summary>
    ResumeVm,

    /// <summary>Changes a VM's spec.</summary>
    UpdateVm,

    /// <summary>Removes a VM.</summary>
    DeleteVm,

    /// <summary>Moves a VM to another host.</summary>
    MigrateVm,

    /// <summary>Moves every VM away from a host, each by a child.</summary>
    DrainHost,

    /// <summary>Starts the VMs of a lost host on others, each by a child.</summary>
    RecoverHost,

    /// <summary>Starts a VM whose host is lost on another.</summary>
    RestartVmElsewhere,

    /// <summary>Makes many VMs, each by a child.</summary>
    BatchCreateVms,

    /// <summary>Stops a VM so that one of a higher priority can take its room.</summary>
    PreemptVm,

    /// <summary>Makes the moves of a rebalance plan, each by a child.</summary>
    ExecuteRebalancePlan,

    /// <summary>Lets a host's engine take VMs.</summary>
    StartEngine,

    /// <summary>Keeps VMs from a host's engine.</summary>
    StopEngine,
}
