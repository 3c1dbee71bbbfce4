namespace ControlPlane.Api.Persistence;

/// <summary>A context to read with that is made when it is first asked for.</summary>
/// <param name="store">Where to read.</param>
/// <param name="project">Whose rows are seen.</param>
internal sealed class LazyRead(Store store, string? project) : IAsyncDisposable
{
    private StoreContext? db;

    internal StoreContext Db => db ??= store.Read(project);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => db?.DisposeAsync() ?? ValueTask.CompletedTask;
}
