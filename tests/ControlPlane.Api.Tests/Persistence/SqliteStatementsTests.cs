using ControlPlane.Api.Persistence;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Api.Tests.Persistence;

public sealed class SqliteStatementsTests : IDisposable
{
    private const int ConstraintFailed = 19;

    private readonly SqliteConnection connection = new("Data Source=:memory:");
    private readonly SqliteStatements statements;
    private readonly LaneStatement insert;

    public SqliteStatementsTests()
    {
        connection.Open();
        Execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, value, CHECK (id > 0))");
        statements = new(connection);
        insert = statements.Make("INSERT INTO rows (id, value) VALUES ($1, $2)", 2);
    }

    public static TheoryData<object?, string, object?> Kinds => new()
    {
        { null, "null", null },
        { "", "text", "" },
        { "Größe", "text", "Größe" },
        { new string('ü', 700), "text", new string('ü', 700) },
        { long.MinValue, "integer", long.MinValue },
        { int.MaxValue, "integer", (long)int.MaxValue },
        { true, "integer", 1L },
        { false, "integer", 0L },
        { new byte[] { 0, 255 }, "blob", new byte[] { 0, 255 } },
        { Array.Empty<byte>(), "blob", Array.Empty<byte>() },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_kind_of_value_is_kept_as_it_was(object? value, string kind, object? kept)
    {
        (insert.Values[0], insert.Values[1]) = (1L, value);

        insert.Run();

        Assert.Equal(kind, Ask("SELECT typeof(value) FROM rows"));
        Assert.Equal(kept ?? DBNull.Value, Ask("SELECT value FROM rows"));
    }

    [Fact]
    public void Another_number_of_rows_than_was_said_is_told()
    {
        using var update = statements.Make("UPDATE rows SET value = $1 WHERE id = $2", 2);
        (update.Values[0], update.Values[1]) = ("new", 7L);

        Assert.Throws<TimeoutException>(() => update.Run(1, () => new TimeoutException()));
        update.Run(0, () => new TimeoutException());
    }

    [Fact]
    public void A_statement_that_was_refused_can_be_run_again()
    {
        (insert.Values[0], insert.Values[1]) = (0L, "refused");
        Assert.Equal(ConstraintFailed, Assert.Throws<SqliteException>(() => insert.Run()).SqliteErrorCode);

        (insert.Values[0], insert.Values[1]) = (1L, "taken");
        insert.Run();

        Assert.Equal("taken", Ask("SELECT value FROM rows"));
    }

    [Fact]
    public void What_nobody_can_bind_is_refused_and_nothing_is_written()
    {
        (insert.Values[0], insert.Values[1]) = (1L, 0.5m);

        Assert.Throws<NotSupportedException>(() => insert.Run());
        Assert.Equal(0L, Ask("SELECT count(*) FROM rows"));
    }

    public void Dispose()
    {
        insert.Dispose();
        connection.Dispose();
    }

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private object? Ask(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
