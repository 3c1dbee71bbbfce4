namespace ControlPlane.Api.Hosts.Draining;

/// <summary>What keeps a host from being emptied.</summary>
/// <param name="What">Its path, such as <c>vms/vm_…</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Why">Why it cannot go.</param>
public sealed record DrainBlocker(string What, string Name, string Why);
