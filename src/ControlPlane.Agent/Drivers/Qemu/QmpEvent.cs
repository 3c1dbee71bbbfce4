using System.Text.Json;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>Something QEMU tells by itself, such as <c>SHUTDOWN</c>.</summary>
public sealed record QmpEvent(string Name, JsonElement Body);
