using System.Buffers;
using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// The statements of a commit in SQLite, each run at once. They are compiled and bound by SQLite's own functions: through a
/// <see cref="SqliteCommand"/> each parameter is looked for by its name, among all names of the statement, at every run.
/// </summary>
public sealed class SqliteStatements(SqliteConnection connection) : ILaneStatements
{
    /// <inheritdoc/>
    public LaneStatement Make(string text, int values) => new Statement(connection.Handle!, text, values);

    /// <inheritdoc/>
    public void End(DbTransaction transaction) { }

    /// <inheritdoc/>
    public void Clear() { }

    private sealed class Statement : LaneStatement
    {
        private const int MostBytesOnStack = 512;

        private readonly sqlite3 database;
        private readonly sqlite3_stmt compiled;

        internal Statement(sqlite3 database, string text, int values)
            : base(values)
        {
            this.database = database;
            Check(raw.sqlite3_prepare_v3(database, text, raw.SQLITE_PREPARE_PERSISTENT, out compiled));
        }

        public override void Run(int rows, Func<Exception>? otherwise)
        {
            for (var i = 0; i < Values.Length; i++) { Check(Bind(i + 1, Values[i])); }
            var outcome = raw.sqlite3_step(compiled);
            // What is wrong is told by the step; the statement is ready for the next run whatever it was.
            raw.sqlite3_reset(compiled);
            if (outcome != raw.SQLITE_DONE) { Check(outcome); }
            if (otherwise is not null && raw.sqlite3_changes(database) != rows) { throw otherwise(); }
        }

        public override void Dispose()
        {
            compiled.Dispose();
            base.Dispose();
        }

        private int Bind(int at, object? value) => value switch
        {
            null => raw.sqlite3_bind_null(compiled, at),
            string text => Bind(at, text),
            long number => raw.sqlite3_bind_int64(compiled, at, number),
            int number => raw.sqlite3_bind_int64(compiled, at, number),
            bool truth => raw.sqlite3_bind_int(compiled, at, truth ? 1 : 0),
            byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(compiled, at, 0),
            byte[] bytes => raw.sqlite3_bind_blob(compiled, at, bytes),
            _ => throw new NotSupportedException($"a {value.GetType().Name} is nothing that a statement of the lane binds"),
        };

        // SQLite keeps a copy. A span without bytes it would take for NULL, bytes as well as a text.
        private int Bind(int at, string text)
        {
            if (text.Length == 0) { return raw.sqlite3_bind_text(compiled, at, text); }
            var most = Encoding.UTF8.GetMaxByteCount(text.Length);
            if (most > MostBytesOnStack) { return BindLong(at, text, most); }
            Span<byte> bytes = stackalloc byte[MostBytesOnStack];
            return raw.sqlite3_bind_text(compiled, at, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
        }

        private int BindLong(int at, string text, int most)
        {
            var bytes = ArrayPool<byte>.Shared.Rent(most);
            var outcome = raw.sqlite3_bind_text(compiled, at, bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)));
            ArrayPool<byte>.Shared.Return(bytes);
            return outcome;
        }

        private void Check(int outcome)
        {
            if (outcome != raw.SQLITE_OK) { SqliteException.ThrowExceptionForRC(outcome, database); }
        }
    }
}
