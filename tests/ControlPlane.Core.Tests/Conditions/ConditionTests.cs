using ControlPlane.Core.Conditions;

namespace ControlPlane.Core.Tests.Conditions;

public class ConditionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_time_moves_only_when_the_status_does_and_the_words_always()
    {
        var first = Condition.With([], new("Proved", ConditionStatus.False, "NotTried", "Nobody tried.", Noon));
        var second = Condition.With(first, new("Proved", ConditionStatus.False, "GuestHung", "The guest hung.", Noon.AddHours(1)));
        var third = Condition.With(second, new("Proved", ConditionStatus.True, "GuestRan", "A guest ran.", Noon.AddHours(2)));
        Assert.Equal(("GuestHung", Noon), (second[0].Reason, second[0].LastTransitionTime));
        Assert.Equal(("GuestRan", Noon.AddHours(2)), (third[0].Reason, third[0].LastTransitionTime));
    }

    [Fact]
    public void There_is_one_of_each_type_in_the_order_of_their_names()
    {
        IReadOnlyList<Condition> conditions = [];
        foreach (var type in (string[])["b", "a", "c", "b", "a"])
        {
            conditions = Condition.With(conditions, new(type, ConditionStatus.True, "", "", Noon));
        }
        Assert.Equal(["a", "b", "c"], conditions.Select(condition => condition.Type));
    }
}
