using System.Text.Json;
using System.Text.Json.Serialization;

namespace ControlPlane.Contracts.Agents;

/// <summary>
/// How <c>/agent/v1</c> is written and read at both ends, without reflection. A member that is not known is passed over, so that service
/// and agents of neighbouring versions understand each other.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    MaxDepth = 32,
    Converters =
    [
        typeof(UpperSnake<DesiredPower>), typeof(UpperSnake<ObservedPower>), typeof(UpperSnake<RestartRule>),
        typeof(UpperSnake<ShutdownMode>), typeof(UpperSnake<VirtualizationEngine>), typeof(UpperSnake<MoveRole>),
        typeof(UpperSnake<MoveAlgorithm>), typeof(UpperSnake<MovePhase>), typeof(UpperSnake<HostLossRule>),
    ])]
[JsonSerializable(typeof(AssignmentPage))]
[JsonSerializable(typeof(AgentReport))]
[JsonSerializable(typeof(AgentHeartbeat))]
[JsonSerializable(typeof(HeartbeatAnswer))]
[JsonSerializable(typeof(SessionRequest))]
[JsonSerializable(typeof(SessionAnswer))]
[JsonSerializable(typeof(LeaseRequest))]
[JsonSerializable(typeof(LeaseAnswer))]
[JsonSerializable(typeof(AuthorityDocument))]
[JsonSerializable(typeof(JoinRequest))]
[JsonSerializable(typeof(JoinAnswer))]
[JsonSerializable(typeof(CertificateRenewal))]
[JsonSerializable(typeof(CertificateAnswer))]
[JsonSerializable(typeof(AgentProblem))]
public sealed partial class AgentJson : JsonSerializerContext
{
    private sealed class UpperSnake<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false)
        where TEnum : struct, Enum;
}
