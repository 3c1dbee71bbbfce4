using System.Data.Common;

namespace ControlPlane.Api.Persistence;

/// <summary>The statements of a commit on a server: they wait, and go to it in one journey.</summary>
internal sealed class BatchedStatements(DbConnection connection) : ILaneStatements
{
    private const string CheckViolation = "23514";

    private readonly List<(DbBatchCommand Command, int Rows, Func<Exception>? Otherwise)> waiting = [];
    private DbBatch? batch;

    /// <inheritdoc/>
    public LaneStatement Make(string text, int values) => new Statement(this, text, values);

    /// <inheritdoc/>
    public void End(DbTransaction transaction)
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

    /// <inheritdoc/>
    public void Clear()
    {
        waiting.Clear();
        batch = null;
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

    private void Add(string text, object?[] values, int rows, Func<Exception>? otherwise)
    {
        batch ??= connection.CreateBatch();
        var command = batch.CreateBatchCommand();
        command.CommandText = text;
        foreach (var value in values)
        {
            var parameter = command.CreateParameter();
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }
        batch.BatchCommands.Add(command);
        waiting.Add((command, rows, otherwise));
    }

    private sealed class Statement(BatchedStatements all, string text, int values) : LaneStatement(values)
    {
        public override void Run(int rows, Func<Exception>? otherwise) => all.Add(text, Values, rows, otherwise);
    }
}
