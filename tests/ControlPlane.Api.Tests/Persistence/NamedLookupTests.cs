using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Persistence;

/// <summary>What a path names by its name is found by an index, however many there are.</summary>
public sealed class NamedLookupTests : IAsyncLifetime
{
    private readonly Plans plans = new();
    private readonly ServiceFixture service = new();

    public Task InitializeAsync()
    {
        service.Configure = services => services.AddSingleton<IInterceptor>(plans);
        return service.InitializeAsync();
    }

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task By_an_index_of_its_table()
    {
        string[] tables = ["vms", "pools", "flavors", "images", "reservations", "affinity_groups", "hosts"];
        foreach (var table in tables)
        {
            plans.Of(table).Clear();

            var path = $"/v1/{table.Replace('_', '-')}/web-1";
            await ServiceFixture.RefusedAsync(404, "not-found", await service.SendAsync(HttpMethod.Get, path));

            Assert.NotEmpty(plans.Of(table));
            Assert.All(plans.Of(table), plan => Assert.Contains($" USING INDEX ix_{table}_", plan, StringComparison.Ordinal));
        }
    }

    // How SQLite means to go about each question for a name.
    private sealed class Plans : DbCommandInterceptor
    {
        private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> known = new(StringComparer.Ordinal);

        internal ConcurrentQueue<string> Of(string table) => known.GetOrAdd(table, _ => new());

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            if (!command.CommandText.Contains(".\"name\" = @", StringComparison.Ordinal)) { return result; }
            await using var explain = command.Connection!.CreateCommand();
            (explain.CommandText, explain.Transaction) = ($"EXPLAIN QUERY PLAN {command.CommandText}", command.Transaction);
            foreach (DbParameter parameter in command.Parameters)
            {
                var copy = explain.CreateParameter();
                (copy.ParameterName, copy.Value) = (parameter.ParameterName, parameter.Value);
                explain.Parameters.Add(copy);
            }
            await using var rows = await explain.ExecuteReaderAsync(cancellationToken);
            await rows.ReadAsync(cancellationToken);
            var table = command.CommandText.Split("FROM \"")[1].Split('"')[0];
            Of(table).Enqueue(await WholeAsync(rows));
            return result;
        }

        private static async Task<string> WholeAsync(DbDataReader rows)
        {
            var details = new List<string>();
            do { details.Add(rows.GetString(rows.GetOrdinal("detail"))); }
            while (await rows.ReadAsync());
            return string.Join("; ", details);
        }
    }
}
