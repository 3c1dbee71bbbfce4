using System.Linq.Expressions;
using System.Reflection;

namespace ControlPlane.Api.Http.Lists;

/// <summary>
/// A column of JSON text with a flat map. Its quotes are the delimiters: inside a key or a value a quote is written \", so
/// `"env":"prod"` can stand nowhere but as this very pair.
/// </summary>
internal sealed class LabelField<T>(string name, Expression<Func<T, string>> json)
    : ListField<T>(name, $"labels: {name}.key = value, {name}:key")
{
    private static readonly MethodInfo contains = typeof(string).GetMethod(nameof(string.Contains), [typeof(string)])!;

    public override (Expression<Func<T, bool>>? Condition, string? Fault) Compare(string? key, FilterOperator how, string text) =>
        (key, how) switch
        {
            (null, FilterOperator.Has) => (Holding($"{Wire.Write(text)}:"), null),
            ({ } label, FilterOperator.Equal) => (Holding($"{Wire.Write(label)}:{Wire.Write(text)}"), null),
            ({ } label, FilterOperator.NotEqual) => (Not(Holding($"{Wire.Write(label)}:{Wire.Write(text)}")), null),
            _ => (null, $"{Name} {WrongOperator}; write {Name}.key = value or {Name}:key"),
        };

    private Expression<Func<T, bool>> Holding(string fragment) => Expression.Lambda<Func<T, bool>>(
        Expression.Call(json.Body, contains, KeyOrder<string>.Parameter(fragment)), json.Parameters);

    private static Expression<Func<T, bool>> Not(Expression<Func<T, bool>> condition) =>
        Expression.Lambda<Func<T, bool>>(Expression.Not(condition.Body), condition.Parameters);
}
