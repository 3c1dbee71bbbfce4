using System.Linq.Expressions;

namespace ControlPlane.Api.Http.Lists;

/// <summary>A field that is one value of the row.</summary>
internal sealed class ValueField<T, TValue>(
    string name,
    string holds,
    Expression<Func<T, TValue>> access,
    ListFields<T>.TextParser<TValue> parse,
    Func<TValue, string> format,
    bool ranges,
    Func<Expression, string, Expression>? has = null) : ListField<T>(name, holds)
{
    public override ListKey<T> Key { get; } = new ValueKey<T, TValue>(access, parse, format);

    public override (Expression<Func<T, bool>>? Condition, string? Fault) Compare(string? key, FilterOperator how, string text)
    {
        if (!Takes(how))
        {
            return (null, $"{Name} {WrongOperator}");
        }

        if (how == FilterOperator.Has)
        {
            return (Row(has!(access.Body, text)), null);
        }

        return parse(text, out var value)
            ? (Row(KeyOrder<TValue>.Compare(how, access.Body, KeyOrder<TValue>.Parameter(value))), null)
            : (null, $"{Name} must be {Holds}");
    }

    private Expression<Func<T, bool>> Row(Expression body) => Expression.Lambda<Func<T, bool>>(body, access.Parameters);

    private bool Takes(FilterOperator how) => how switch
    {
        FilterOperator.Equal or FilterOperator.NotEqual => true,
        FilterOperator.Less or FilterOperator.LessOrEqual or FilterOperator.Greater or FilterOperator.GreaterOrEqual => ranges,
        FilterOperator.Has => has is not null,
    };
}
