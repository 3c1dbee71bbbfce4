using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Benchmarks;

/// <summary>
/// What a claim is measured against: an endpoint that does nothing but one durable row, with the product's way of sharing commits (a
/// bounded queue, 64 writes at most per commit, WAL and synchronous FULL) and nothing else of the product. A process of its own.
/// </summary>
internal static class BareEndpoint
{
    private const int MaxWritesPerCommit = 64;

    /// <summary>Serves until its input ends.</summary>
    public static async Task ServeAsync(int port, string file)
    {
        var lane = Channel.CreateBounded<TaskCompletionSource>(2_048);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var app = builder.Build();
        app.MapPost("/bare", async () =>
        {
            var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!lane.Writer.TryWrite(written)) { return Results.StatusCode(503); }
            await written.Task;
            return Results.StatusCode(201);
        });
        var writer = Task.Run(() => WriteAsync(lane.Reader, file));
        await app.StartAsync();
        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync();
        lane.Writer.Complete();
        await writer;
    }

    /// <summary>Starts it and waits until it serves.</summary>
    public static Process Start(int port, string file)
    {
        var process = OwnProcess.Start("bare", $"{port}", file);
        process.StandardOutput.ReadLine();
        return process;
    }

    private static async Task WriteAsync(ChannelReader<TaskCompletionSource> lane, string file)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        await connection.OpenAsync();
        Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)");
        await using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO rows (text) VALUES ('one row')";
        var batch = new List<TaskCompletionSource>(MaxWritesPerCommit);
        while (await lane.WaitToReadAsync())
        {
            while (batch.Count < MaxWritesPerCommit && lane.TryRead(out var write)) { batch.Add(write); }
            await using (var transaction = connection.BeginTransaction(deferred: false))
            {
                insert.Transaction = transaction;
                foreach (var _ in batch) { insert.ExecuteNonQuery(); }
                transaction.Commit();
            }
            batch.ForEach(write => write.SetResult());
            batch.Clear();
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
