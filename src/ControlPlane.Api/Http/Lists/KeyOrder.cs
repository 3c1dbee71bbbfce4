using System.Linq.Expressions;
using System.Reflection;

namespace ControlPlane.Api.Http.Lists;

/// <summary>
/// Comparisons as expressions for any type of key. EF translates a binary node by its kind and never looks at its method, so a
/// type with a value converter (an id, a name, an enum) compares as its column does, without operators of its own.
/// </summary>
internal static class KeyOrder<TValue>
{
    public static Expression Compare(FilterOperator how, Expression left, Expression right) =>
        Expression.MakeBinary(Kind(how), left, right, liftToNull: false, Method(how));

    /// <summary>The value as a parameter of the SQL, not as a literal: one plan and one cached query for all values.</summary>
    public static Expression Parameter(TValue value) => Expression.Field(Expression.Constant(new Slot(value)), nameof(Slot.Value));

    private static ExpressionType Kind(FilterOperator how) => how switch
    {
        FilterOperator.Equal => ExpressionType.Equal,
        FilterOperator.NotEqual => ExpressionType.NotEqual,
        FilterOperator.Less => ExpressionType.LessThan,
        FilterOperator.LessOrEqual => ExpressionType.LessThanOrEqual,
        FilterOperator.Greater => ExpressionType.GreaterThan,
        FilterOperator.GreaterOrEqual => ExpressionType.GreaterThanOrEqual,
        FilterOperator.Has => throw new InvalidOperationException("has is not a comparison of keys"),
    };

    private static MethodInfo Method(FilterOperator how) =>
        typeof(KeyOrder<TValue>).GetMethod(how.ToString(), BindingFlags.NonPublic | BindingFlags.Static)!;

#pragma warning disable IDE0051 // Found by name, above.
    private static bool Equal(TValue left, TValue right) => EqualityComparer<TValue>.Default.Equals(left, right);

    private static bool NotEqual(TValue left, TValue right) => !Equal(left, right);

    private static bool Less(TValue left, TValue right) => Comparer<TValue>.Default.Compare(left, right) < 0;

    private static bool LessOrEqual(TValue left, TValue right) => !Greater(left, right);

    private static bool Greater(TValue left, TValue right) => Less(right, left);

    private static bool GreaterOrEqual(TValue left, TValue right) => !Less(left, right);
#pragma warning restore IDE0051

    private sealed class Slot(TValue value)
    {
        public readonly TValue Value = value;
    }
}
