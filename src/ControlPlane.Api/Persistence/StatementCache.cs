namespace ControlPlane.Api.Persistence;

/// <summary>Statements of one kind that differ by a key, such as the number of their rows: each is made when it is first needed.</summary>
/// <param name="make">Makes one.</param>
internal sealed class StatementCache<TKey>(Func<TKey, LaneStatement> make) : IDisposable
    where TKey : notnull
{
    private const int MostStatements = 64;
    private readonly Dictionary<TKey, LaneStatement> made = [];

    /// <summary>The one of a key.</summary>
    internal LaneStatement Of(TKey key)
    {
        if (made.TryGetValue(key, out var known)) { return known; }
        if (made.Count == MostStatements) { Dispose(); }
        return made[key] = make(key);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in made.Values) { statement.Dispose(); }
        made.Clear();
    }
}
