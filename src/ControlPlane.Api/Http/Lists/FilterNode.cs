namespace ControlPlane.Api.Http.Lists;

/// <summary>A filter as it was read, before anybody knows the fields.</summary>
public abstract record FilterNode
{
    private FilterNode()
    {
    }

    public sealed record All(IReadOnlyList<FilterNode> Terms) : FilterNode;

    public sealed record Any(IReadOnlyList<FilterNode> Terms) : FilterNode;

    public sealed record Not(FilterNode Term) : FilterNode;

    public sealed record Comparison(string Field, FilterOperator Operator, string Value) : FilterNode;
}
