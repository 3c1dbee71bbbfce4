using ControlPlane.Contracts;

namespace ControlPlane.Api.Hosts;

/// <summary>Conditions as the client reads them.</summary>
internal static class ConditionView
{
    internal static IReadOnlyList<Condition> Of(IReadOnlyList<Core.Conditions.Condition> conditions) => [.. conditions.Select(Of)];

    private static Condition Of(Core.Conditions.Condition condition) => new()
    {
        Type = condition.Type, Status = Words.Of(condition.Status), Reason = condition.Reason, Message = condition.Message,
        LastTransitionTime = condition.LastTransitionTime,
    };
}
