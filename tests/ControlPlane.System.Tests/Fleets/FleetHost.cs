namespace ControlPlane.System.Tests.Fleets;

/// <summary>A host of the fleet: a machine on its network, and the agent that runs there.</summary>
public sealed record FleetHost(AgentProcess Agent, NetworkHost Network)
{
    public string Name => Agent.Name;

    /// <summary>This host's QEMU process of a VM, or null.</summary>
    public GuestProcess? Guest(string vm) => Agent.Guests().FirstOrDefault(guest => guest.VmId == vm);

    /// <summary>What it keeps of VMs.</summary>
    public IReadOnlyList<string> VmFolders()
    {
        var folder = Path.Combine(Agent.Directory, "vms");
        return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, "vm_*").ToList() : [];
    }
}
