using System.Linq.Expressions;

namespace ControlPlane.Api.Http.Lists;

/// <summary>Something a list is ordered by, and can be taken up again after a value of.</summary>
internal abstract class ListKey<T>
{
    /// <summary>The row's value as text, for a page token.</summary>
    public abstract string? TextOf(T row);

    /// <summary>Whether the text of a page token is a value of this key.</summary>
    public abstract bool Reads(string? text);

    public abstract IOrderedQueryable<T> Order(IQueryable<T> rows, bool descending);

    public abstract IOrderedQueryable<T> OrderNext(IOrderedQueryable<T> rows, bool descending);

    /// <summary>The row comes later than the value, in this direction.</summary>
    public abstract Expression<Func<T, bool>> IsAfter(string? text, bool descending);

    public abstract Expression<Func<T, bool>> IsAt(string? text);
}
