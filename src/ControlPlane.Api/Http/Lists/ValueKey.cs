using System.Linq.Expressions;
using System.Reflection;

namespace ControlPlane.Api.Http.Lists;

/// <summary>A key that is one value of the row; null, where it can be, comes first when ascending, on every store.</summary>
internal sealed class ValueKey<T, TValue>(
    Expression<Func<T, TValue>> access, ListFields<T>.TextParser<TValue> parse, Func<TValue, string> format) : ListKey<T>
{
    private readonly Lazy<Func<T, TValue>> read = new(access.Compile);
    private readonly bool nullable = IsNullable(access.Body);

    public override string? TextOf(T row) => read.Value(row) is { } value ? format(value) : null;

    public override bool Reads(string? text) => text is null ? nullable : parse(text, out _);

    public override IOrderedQueryable<T> Order(IQueryable<T> rows, bool descending)
    {
        if (nullable)
        {
            return ByValue(descending ? rows.OrderByDescending(HasValue()) : rows.OrderBy(HasValue()), descending);
        }

        return descending ? rows.OrderByDescending(access) : rows.OrderBy(access);
    }

    public override IOrderedQueryable<T> OrderNext(IOrderedQueryable<T> rows, bool descending)
    {
        if (nullable)
        {
            rows = descending ? rows.ThenByDescending(HasValue()) : rows.ThenBy(HasValue());
        }

        return ByValue(rows, descending);
    }

    public override Expression<Func<T, bool>> IsAfter(string? text, bool descending)
    {
        if (text is null)
        {
            return descending ? Row(Expression.Constant(false)) : Row(Expression.Not(IsNull()));
        }

        var later = KeyOrder<TValue>.Compare(descending ? FilterOperator.Less : FilterOperator.Greater, access.Body, Value(text));
        return Row(descending && nullable ? Expression.OrElse(later, IsNull()) : later);
    }

    public override Expression<Func<T, bool>> IsAt(string? text) =>
        Row(text is null ? IsNull() : KeyOrder<TValue>.Compare(FilterOperator.Equal, access.Body, Value(text)));

    private IOrderedQueryable<T> ByValue(IOrderedQueryable<T> rows, bool descending) =>
        descending ? rows.ThenByDescending(access) : rows.ThenBy(access);

    private Expression<Func<T, int>> HasValue() => Expression.Lambda<Func<T, int>>(
        Expression.Condition(IsNull(), Expression.Constant(0), Expression.Constant(1)), access.Parameters);

    private Expression IsNull() => Expression.Equal(access.Body, Expression.Constant(null, typeof(TValue)));

    private Expression Value(string text) => parse(text, out var value)
        ? KeyOrder<TValue>.Parameter(value)
        : throw new InvalidOperationException("the token was checked before");

    private Expression<Func<T, bool>> Row(Expression body) => Expression.Lambda<Func<T, bool>>(body, access.Parameters);

    private static bool IsNullable(Expression body) => Nullable.GetUnderlyingType(typeof(TValue)) is not null
        || (!typeof(TValue).IsValueType && body is MemberExpression { Member: PropertyInfo property }
            && new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable);
}
