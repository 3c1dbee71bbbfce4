namespace ControlPlane.Core.Vms.Moving;

/// <summary>The machine that a guest was started on, as QEMU is told: its target is told the same.</summary>
/// <param name="CpuModel">QEMU's <c>-cpu</c>.</param>
/// <param name="MachineType">QEMU's <c>-machine</c>.</param>
public sealed record GuestMachineWords(string CpuModel, string MachineType);
