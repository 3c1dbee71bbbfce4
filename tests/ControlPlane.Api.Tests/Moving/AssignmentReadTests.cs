using System.Data.Common;
using ControlPlane.Api.Agents;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Tests.Operations;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Moving;

/// <summary>What an agent is told while that changes.</summary>
public abstract class AssignmentReadTests(ServiceFixture service) : IAsyncLifetime
{
    private readonly BetweenStatements between = new();

    public async Task InitializeAsync()
    {
        service.Configure = services => services.AddSingleton<IInterceptor>(between);
        await service.InitializeAsync();
        await service.AddHostAsync("h1", vcpu: 8, memoryMiB: 16_384, diskGiB: 100);
    }

    public Task DisposeAsync() => service.DisposeAsync();

    [SkippableFact]
    public async Task A_move_that_is_abandoned_while_an_agent_reads_is_told_to_both_hosts()
    {
        await service.CreateVmAsync("web", new { vcpus = 2, memoryMiB = 512, diskGiB = 4 });
        await service.AddHostAsync("h2");
        var change = new { simulation = new { migrateLatencyMs = 600_000 } };
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, "/v1/hosts/h1", change));
        var begun = await service.PostedAsync(202, "/v1/vms/web/migrate", new { });
        await IsSentAsync($"/v1/operations/{begun.GetProperty("id").GetString()}");
        var id = VmId.Parse(begun.GetProperty("target").GetString()!["vms/".Length..]);
        var (store, assignments) = (service.Services.GetRequiredService<Store>(), service.Services.GetRequiredService<AssignmentService>());
        var generation = 0L;
        between.Next("departures", () => store.WriteAsync(null, async session =>
        {
            var vm = (await session.VmAsync(id))!;
            session.Db.Departures.Add(vm.AbandonMigration(session.Now)!);
            await session.SaveAsync();
            generation = vm.AssignmentGeneration;
            return true;
        }, CancellationToken.None));

        List<VmAssignment> told = [];
        for (var after = 0L; !told.Exists(item => item.Generation == generation && item.Power == DesiredPower.Running);)
        {
            var page = await assignments.WaitAsync(new AssignmentScope(null), after, CancellationToken.None);
            Assert.True(page.Items.Count > 0, $"what was committed while revision {after} was read is never told");
            told.AddRange(page.Items);
            after = page.Revision;
        }

        Assert.True(generation > 0, "nothing was committed in between");
    }

    private async Task IsSentAsync(string operation)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var seen in Watching.OperationAsync(service.Client, operation, limit.Token))
        {
            var steps = seen.GetProperty("steps").EnumerateArray();
            var sending = steps.Single(step => step.GetProperty("name").GetString() == "transfer");
            if (sending.GetProperty("state").GetString() == "RUNNING") { return; }
        }
    }

    /// <summary>Does something before a statement of who asks for it, once.</summary>
    private sealed class BetweenStatements : DbCommandInterceptor
    {
        private readonly AsyncLocal<Queue<(string Table, Func<Task> Work)>?> waiting = new();

        public void Next(string table, Func<Task> work) => waiting.Value = new([(table, work)]);

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            if (waiting.Value is { } mine && mine.TryPeek(out var next) && command.CommandText.Contains(next.Table, StringComparison.Ordinal))
            {
                mine.Dequeue();
                await next.Work();
            }
            return result;
        }
    }
}
