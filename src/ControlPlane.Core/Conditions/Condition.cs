namespace ControlPlane.Core.Conditions;

/// <summary>One thing known of a resource, in the manner of Kubernetes' conditions.</summary>
/// <param name="Type">CamelCase name, such as <c>Proved</c>.</param>
/// <param name="Status">Whether it holds.</param>
/// <param name="Reason">One CamelCase word for programs.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="LastTransitionTime">When the status last changed.</param>
public sealed record Condition(string Type, ConditionStatus Status, string Reason, string Message, DateTimeOffset LastTransitionTime)
{
    /// <summary>The list with this condition set: the time moves only when the status does.</summary>
    public static IReadOnlyList<Condition> With(IReadOnlyList<Condition> conditions, Condition next)
    {
        var before = conditions.FirstOrDefault(condition => condition.Type == next.Type);
        var kept = before?.Status == next.Status ? next with { LastTransitionTime = before.LastTransitionTime } : next;
        return [.. conditions.Where(condition => condition.Type != next.Type).Append(kept)
            .OrderBy(condition => condition.Type, StringComparer.Ordinal)];
    }
}
