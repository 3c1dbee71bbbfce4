using System.Linq.Expressions;
using ControlPlane.Api.Http.Json;

namespace ControlPlane.Api.Http.Lists;

/// <summary>An order as the client asked for it, with the id at its end: no two rows are ever equal in it.</summary>
internal sealed class ListOrder<T>
{
    private const int MaxFields = 3;

    private readonly IReadOnlyList<(ListKey<T> Key, bool Descending)> keys;

    private ListOrder(IReadOnlyList<(ListKey<T> Key, bool Descending)> keys) => this.keys = keys;

    public static Parsed<ListOrder<T>> Parse(string? text, ListFields<T> fields)
    {
        var parts = text?.Split(',') ?? [];
        if (parts.Length > MaxFields)
        {
            return Problem.Validation("orderBy", $"must name at most {MaxFields} fields");
        }

        var keys = new List<(ListKey<T> Key, bool Descending)>();
        foreach (var part in parts)
        {
            if (Key(part, fields, keys) is { } fault)
            {
                return Problem.Validation("orderBy", fault);
            }
        }

        if (keys.TrueForAll(key => key.Key != fields.Id))
        {
            keys.Add((fields.Id, false));
        }

        return Parsed<ListOrder<T>>.Of(new ListOrder<T>(keys));
    }

    public IQueryable<T> Apply(IQueryable<T> rows)
    {
        var ordered = keys[0].Key.Order(rows, keys[0].Descending);
        foreach (var (key, descending) in keys.Skip(1))
        {
            ordered = key.OrderNext(ordered, descending);
        }

        return ordered;
    }

    /// <summary>Where the row stands in this order.</summary>
    public IReadOnlyList<string?> PlaceOf(T row) => [.. keys.Select(key => key.Key.TextOf(row))];

    public bool Reads(IReadOnlyList<string?> place) =>
        place.Count == keys.Count && keys.Zip(place).All(pair => pair.First.Key.Reads(pair.Second));

    /// <summary>k1 after p1, or k1 at p1 and (k2 after p2, or …).</summary>
    public Expression<Func<T, bool>> IsAfter(IReadOnlyList<string?> place)
    {
        var after = keys[^1].Key.IsAfter(place[^1], keys[^1].Descending);
        for (var i = keys.Count - 2; i >= 0; i--)
        {
            var (key, descending) = keys[i];
            after = Conditions.Any(key.IsAfter(place[i], descending), Conditions.All(key.IsAt(place[i]), after));
        }

        return after;
    }

    private static string? Key(string part, ListFields<T> fields, List<(ListKey<T> Key, bool Descending)> keys)
    {
        var words = part.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words is not ([_] or [_, "asc" or "desc"]))
        {
            return "must be fields with asc or desc, such as 'name desc, createTime'";
        }

        if (fields.Find(words[0]).Field?.Key is not { } key)
        {
            return $"'{Nearest.Shown(words[0])}' {Nearest.Unknown(words[0], fields.Sortable)}";
        }

        if (keys.Exists(known => known.Key == key))
        {
            return $"'{words[0]}' stands twice";
        }

        keys.Add((key, words is [_, "desc"]));
        return null;
    }
}
