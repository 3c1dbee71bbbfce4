using System.Linq.Expressions;

namespace ControlPlane.Api.Http.Lists;

/// <summary>A field whose condition the feature itself writes.</summary>
internal sealed class CustomField<T>(string name, Func<string, Expression<Func<T, bool>>?> equalTo) : ListField<T>(name, "text")
{
    public override (Expression<Func<T, bool>>? Condition, string? Fault) Compare(string? key, FilterOperator how, string text)
    {
        if (how is not (FilterOperator.Equal or FilterOperator.NotEqual))
        {
            return (null, $"{Name} {WrongOperator}");
        }

        if (equalTo(text) is not { } condition)
        {
            return (null, $"{Name} cannot be '{Json.Nearest.Shown(text)}'");
        }

        return how == FilterOperator.Equal
            ? (condition, null)
            : (Expression.Lambda<Func<T, bool>>(Expression.Not(condition.Body), condition.Parameters), null);
    }
}
