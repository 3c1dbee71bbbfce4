using System.Data.Common;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// Runs a commit's statements: at once in a database within the process, and where each would be a journey all together in one
/// (<see cref="End"/>).
/// </summary>
internal sealed class LaneStatements(DbConnection connection)
{
    private const string CheckViolation = "23514";

    private readonly List<(DbBatchCommand Command, int Rows, Func<Exception>? Otherwise)> waiting = [];
    private DbBatch? batch;

    /// <summary>Runs a statement with the parameters it has now, now or at the end.</summary>
    /// <param name="transaction">The commit's.</param>
    /// <param name="command">The statement; it may be given other parameters afterwards.</param>
    /// <param name="rows">How many rows it must change.</param>
    /// <param name="otherwise">What is wrong where it changes another number; null when that is no matter.</param>
    internal void Run(DbTransaction transaction, DbCommand command, int rows = 0, Func<Exception>? otherwise = null)
    {
        if (connection.CanCreateBatch)
        {
            Add(command, rows, otherwise);
            return;
        }
        command.Transaction = transaction;
        if (command.ExecuteNonQuery() != rows && otherwise is not null) { throw otherwise(); }
    }

    /// <summary>Runs what waits.</summary>
    internal void End(DbTransaction transaction)
    {
        if (batch is not { } all) { return; }
        try
        {
            all.Transaction = transaction;
            Execute(all);
            foreach (var (command, rows, otherwise) in waiting)
            {
                if (command.RecordsAffected != rows && otherwise is not null) { throw otherwise(); }
            }
        }
        finally
        {
            all.Dispose();
            Clear();
        }
    }

    // Together, a statement may meet a CHECK before an earlier one's count of rows is looked at: memory was wrong all the same.
    private void Execute(DbBatch all)
    {
        try
        {
            all.ExecuteNonQuery();
        }
        catch (DbException fault) when (fault.SqlState == CheckViolation)
        {
            // The first whose count is not what it must be is the one that found memory wrong, or the one that failed.
            var failed = waiting.Find(each => each.Otherwise is not null && each.Command.RecordsAffected != each.Rows);
            if (failed.Otherwise is not { } otherwise) { throw; }
            throw otherwise();
        }
    }

    /// <summary>Forgets what waits.</summary>
    internal void Clear()
    {
        waiting.Clear();
        batch = null;
    }

    private void Add(DbCommand command, int rows, Func<Exception>? otherwise)
    {
        batch ??= connection.CreateBatch();
        var copy = batch.CreateBatchCommand();
        copy.CommandText = command.CommandText;
        foreach (DbParameter parameter in command.Parameters)
        {
            var own = command.CreateParameter();
            (own.ParameterName, own.Value) = (parameter.ParameterName, parameter.Value);
            copy.Parameters.Add(own);
        }
        batch.BatchCommands.Add(copy);
        waiting.Add((copy, rows, otherwise));
    }
}
