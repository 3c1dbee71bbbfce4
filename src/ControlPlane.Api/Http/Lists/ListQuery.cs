using ControlPlane.Api.Http.Json;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Http.Lists;

/// <summary>Answers a list call from a query: filter, total order, one page by keyset, all of it in SQL.</summary>
public static class ListQuery
{
    public static async Task<Answer> PageAsync<T, TWire>(
        IQueryable<T> source, ListFields<T> fields, ListTerms terms, Func<T, TWire> wire, CancellationToken ct)
        where T : class
    {
        var order = ListOrder<T>.Parse(terms.OrderBy, fields);
        if (!order.IsValue)
        {
            return order.Problem;
        }

        var rows = Rows(source, fields, order.Value, terms);
        if (!rows.IsValue)
        {
            return rows.Problem;
        }

        // One row more than a page tells whether there is another.
        var found = await rows.Value.Take(terms.PageSize + 1).ToListAsync(ct);
        var page = found.Take(terms.PageSize).ToList();
        var next = found.Count > page.Count ? PageToken.Write(terms, order.Value.PlaceOf(page[^1])) : null;
        return Answer.Ok(new ListPage<TWire>([.. page.Select(wire)], next));
    }

    private static Parsed<IQueryable<T>> Rows<T>(IQueryable<T> rows, ListFields<T> fields, ListOrder<T> order, ListTerms terms)
        where T : class
    {
        if (terms.Filter is { } filter)
        {
            var condition = ListFilter.Parse(filter, fields);
            if (!condition.IsValue)
            {
                return condition.Problem;
            }

            rows = rows.Where(condition.Value);
        }

        if (terms.PageToken is { } token)
        {
            if (PageToken.Read(token, terms) is not { } place || !order.Reads(place))
            {
                return Problem.Validation("pageToken", "is not one of this list with these terms; leave it out to begin again");
            }

            rows = rows.Where(order.IsAfter(place));
        }

        return Parsed<IQueryable<T>>.Of(order.Apply(rows));
    }
}
