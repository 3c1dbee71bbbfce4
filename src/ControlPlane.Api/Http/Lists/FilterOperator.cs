namespace ControlPlane.Api.Http.Lists;

/// <summary>The comparisons of the filter language.</summary>
public enum FilterOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,

    /// <summary>`:` — a text contains it; a map has the key.</summary>
    Has,
}
