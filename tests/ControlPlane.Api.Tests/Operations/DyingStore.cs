using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ControlPlane.Api.Tests.Operations;

/// <summary>
/// Stands for the death of the service between two commits: after so many writes every statement fails, so that nothing that the dying
/// process still does reaches the file. The next service finds exactly what was committed before.
/// </summary>
internal sealed class DyingStore : DbCommandInterceptor
{
    private int writesLeft = int.MaxValue;
    private volatile bool dead;
    private DbContext? counted;

    /// <summary>From now on so many writes are kept.</summary>
    public void DieAfter(int writes)
    {
        Volatile.Write(ref writesLeft, writes);
        Died = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Completes with the death.</summary>
    public TaskCompletionSource Died { get; private set; } = new();

    /// <summary>A new process begins with a store that lives.</summary>
    public void Revive()
    {
        Volatile.Write(ref writesLeft, int.MaxValue);
        dead = false;
    }

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Live(command, eventData);
        return result;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Live(command, eventData);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Live(command, eventData);
        return ValueTask.FromResult(result);
    }

    // Each turn in the lane has a context of its own and appends events; its first statement with one is where it may die.
    private void Live(DbCommand command, CommandEventData eventData)
    {
        if (!dead && AppendsEvents(command.CommandText)
            && !ReferenceEquals(Interlocked.Exchange(ref counted, eventData.Context), eventData.Context)
            && Interlocked.Decrement(ref writesLeft) < 0)
        {
            dead = true;
            Died.TrySetResult();
        }
        if (dead) { throw new SqliteException("the process died", 10); }
    }

    // SQLite's provider quotes every name, PostgreSQL's only those that need it.
    private static bool AppendsEvents(string sql) =>
        sql.Contains("INSERT INTO \"events\"", StringComparison.Ordinal) || sql.Contains("INSERT INTO events", StringComparison.Ordinal);
}
