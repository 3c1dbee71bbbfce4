using System.Data.Common;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Reservations;
using ControlPlane.Api.Tests.Hosts;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Api.Tests.Reservations;

/// <summary>What the sweep says while the store cannot be asked.</summary>
public sealed class ReservationOutageTests : OpenStore
{
    private const int LooksOfASweep = 2;

    private static readonly TimeSpan patience = TimeSpan.FromSeconds(30);
    private static readonly IOptions<ReservationOptions> options = Options.Create(new ReservationOptions());

    private readonly FakeTimeProvider time = new();
    private readonly Looks looks = new();
    private readonly Warnings warnings = new();

    [Fact]
    public async Task It_is_tried_again_and_again_and_said_once_for_each_outage()
    {
        var sweep = new ReservationSweep(Store, options, time, NullLogger<ReservationSweep>.Instance);
        using var expiry = new ReservationExpiry(Store, sweep, options, time, warnings);
        await expiry.StartAsync(CancellationToken.None);
        await SweepUntilAsync(() => looks.Done >= LooksOfASweep);

        for (var outages = 1; outages <= 2; outages++)
        {
            var failed = looks.Failed;
            await ExecuteAsync("ALTER TABLE reservations RENAME TO gone", "");
            await SweepUntilAsync(() => looks.Failed >= failed + 3);
            Assert.Equal(outages, warnings.Count);

            var done = looks.Done;
            await ExecuteAsync("ALTER TABLE gone RENAME TO reservations", "");
            await SweepUntilAsync(() => looks.Done >= done + LooksOfASweep);
        }

        await expiry.StopAsync(CancellationToken.None);
        Assert.Equal(2, warnings.Count);
    }

    protected override Task<IStoreDatabase> DatabaseAsync(DataDirectory taken) =>
        Task.FromResult<IStoreDatabase>(new SqliteStore(taken.DatabaseFile, [looks]));

    private async Task SweepUntilAsync(Func<bool> holds)
    {
        using var deadline = new CancellationTokenSource(patience);
        while (!holds())
        {
            time.Advance(TimeSpan.FromSeconds(options.Value.SweepSeconds));
            await Task.Delay(1, deadline.Token);
        }
    }

    // How often reservations were asked for, and how that ended.
    private sealed class Looks : DbCommandInterceptor
    {
        private int done;
        private int failed;

        internal int Done => Volatile.Read(ref done);

        internal int Failed => Volatile.Read(ref failed);

        public override ValueTask<DbDataReader> ReaderExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            if (IsLook(command)) { Interlocked.Increment(ref done); }
            return new(result);
        }

        public override Task CommandFailedAsync(
            DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
        {
            if (IsLook(command)) { Interlocked.Increment(ref failed); }
            return Task.CompletedTask;
        }

        private static bool IsLook(DbCommand command) => command.CommandText.Contains("FROM \"reservations\"", StringComparison.Ordinal);
    }

    private sealed class Warnings : ILogger<ReservationExpiry>
    {
        private int count;

        internal int Count => Volatile.Read(ref count);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Interlocked.Increment(ref count);
    }
}
