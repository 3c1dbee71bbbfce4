using System.Linq.Expressions;
using ControlPlane.Api.Http.Json;

namespace ControlPlane.Api.Http.Lists;

/// <summary>From a filter's text to a condition on the rows of a list.</summary>
internal static class ListFilter
{
    public static Parsed<Expression<Func<T, bool>>> Parse<T>(string text, ListFields<T> fields)
    {
        var node = FilterParser.Parse(text);
        if (!node.IsValue)
        {
            return node.Problem;
        }

        var faults = new FaultList();
        var condition = Condition(node.Value, fields, faults);
        return faults.IsEmpty ? Parsed<Expression<Func<T, bool>>>.Of(condition) : faults.ToProblem();
    }

    private static Expression<Func<T, bool>> Condition<T>(FilterNode node, ListFields<T> fields, FaultList faults) => node switch
    {
        FilterNode.All all => all.Terms.Select(term => Condition(term, fields, faults)).Aggregate(Conditions.All),
        FilterNode.Any any => any.Terms.Select(term => Condition(term, fields, faults)).Aggregate(Conditions.Any),
        FilterNode.Not not => Conditions.Not(Condition(not.Term, fields, faults)),
        FilterNode.Comparison comparison => Comparison(comparison, fields, faults),
        _ => throw new InvalidOperationException($"no such node: {node.GetType().Name}"),
    };

    private static Expression<Func<T, bool>> Comparison<T>(FilterNode.Comparison comparison, ListFields<T> fields, FaultList faults)
    {
        var (field, key) = fields.Find(comparison.Field);
        var (condition, fault) = field is null
            ? (null, $"'{Nearest.Shown(comparison.Field)}' {Nearest.Unknown(comparison.Field, fields.Names)}")
            : field.Compare(key, comparison.Operator, comparison.Value);
        if (fault is not null)
        {
            faults.Add("filter", fault);
        }

        return condition ?? (_ => false);
    }
}
