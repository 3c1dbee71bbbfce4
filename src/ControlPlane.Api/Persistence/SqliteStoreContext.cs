using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Persistence;

/// <summary>The store on SQLite.</summary>
public sealed class SqliteStoreContext(DbContextOptions<SqliteStoreContext> options) : StoreContext(options);
