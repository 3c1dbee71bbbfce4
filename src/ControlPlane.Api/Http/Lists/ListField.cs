using System.Linq.Expressions;

namespace ControlPlane.Api.Http.Lists;

/// <summary>One field that a filter may name.</summary>
internal abstract class ListField<T>(string name, string holds)
{
    protected const string WrongOperator = "cannot be compared so";

    public string Name { get; } = name;

    /// <summary>What it holds, for the API page: `text`, `time`, `one of A, B`.</summary>
    public string Holds { get; } = holds;

    /// <summary>Set where the list can be ordered by it.</summary>
    public virtual ListKey<T>? Key => null;

    /// <summary>The condition, or the fault; `key` is what follows the field's own name: `env` in `labels.env`.</summary>
    public abstract (Expression<Func<T, bool>>? Condition, string? Fault) Compare(string? key, FilterOperator how, string text);
}
