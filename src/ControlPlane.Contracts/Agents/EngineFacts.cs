namespace ControlPlane.Contracts.Agents;

/// <summary>Whether an engine of the host was proved by a guest that really ran.</summary>
/// <param name="Engine">Which engine.</param>
/// <param name="Proved">True only when a guest ran to its end in time.</param>
/// <param name="Reason">One CamelCase word: <c>GuestRan</c>, <c>DeviceMissing</c>, <c>GuestTooSlow</c>, <c>QemuAborted</c>,
/// <c>QemuMissing</c>…</param>
/// <param name="Message">A sentence for people, with what was measured.</param>
/// <param name="CpuModel">The -cpu model to use by default.</param>
/// <param name="MachineType">The -machine type to use by default.</param>
public sealed record EngineFacts(
    VirtualizationEngine Engine, bool Proved, string Reason, string Message, string CpuModel, string MachineType);
