using System.Text.Json;
using System.Text.Json.Serialization;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>How a VM's record is written, without reflection. What is on disk already must go on being read.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(QemuRecord))]
internal sealed partial class QemuRecordJson : JsonSerializerContext;
