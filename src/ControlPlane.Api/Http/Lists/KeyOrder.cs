using System.Linq.Expressions;

namespace ControlPlane.Api.Http.Lists;

/// <summary>
/// Comparisons as expressions for any type of key. EF translates a binary node by its kind and never looks at its method, so a
/// type with a value converter (an id, a name, an enum) compares as its column does, without operators of its own.
/// </summary>
internal static class KeyOrder<TValue>
{
    public static Expression Compare(FilterOperator how, Expression left, Expression right)
    {
        var (kind, holds) = Of(how);
        return Expression.MakeBinary(kind, left, right, liftToNull: false, holds.Method);
    }

    /// <summary>The value as a parameter of the SQL, not as a literal: one plan and one cached query for all values.</summary>
    public static Expression Parameter(TValue value) => Expression.Field(Expression.Constant(new Slot(value)), nameof(Slot.Value));

    private static (ExpressionType Kind, Func<TValue, TValue, bool> Holds) Of(FilterOperator how) => how switch
    {
        FilterOperator.Equal => (ExpressionType.Equal, Equal),
        FilterOperator.NotEqual => (ExpressionType.NotEqual, NotEqual),
        FilterOperator.Less => (ExpressionType.LessThan, Less),
        FilterOperator.LessOrEqual => (ExpressionType.LessThanOrEqual, LessOrEqual),
        FilterOperator.Greater => (ExpressionType.GreaterThan, Greater),
        FilterOperator.GreaterOrEqual => (ExpressionType.GreaterThanOrEqual, GreaterOrEqual),
        FilterOperator.Has => throw new InvalidOperationException("has is not a comparison of keys"),
    };

    private static bool Equal(TValue left, TValue right) => EqualityComparer<TValue>.Default.Equals(left, right);

    private static bool NotEqual(TValue left, TValue right) => !Equal(left, right);

    private static bool Less(TValue left, TValue right) => Comparer<TValue>.Default.Compare(left, right) < 0;

    private static bool LessOrEqual(TValue left, TValue right) => !Greater(left, right);

    private static bool Greater(TValue left, TValue right) => Less(right, left);

    private static bool GreaterOrEqual(TValue left, TValue right) => !Less(left, right);

    private sealed class Slot(TValue value)
    {
        public readonly TValue Value = value;
    }
}
