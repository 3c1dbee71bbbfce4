using System.Text.Json;
using System.Text.Json.Serialization;

namespace ControlPlane.Agent.Fencing;

/// <summary>How the files between agent and watchdog are written, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LeaseRecord))]
internal sealed partial class FencingJson : JsonSerializerContext;
