using System.Text.Json;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Tests.Images;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Isolation;
using ControlPlane.Core.Names;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Host = ControlPlane.Core.Hosts.Host;

namespace ControlPlane.Api.Tests.Reports;

// Meters are the process's: those of a service that another test starts beside this one show in its metrics, with their own numbers.
[Collection(nameof(ModelReportTests))]
[CollectionDefinition(nameof(ModelReportTests), DisableParallelization = true)]
public sealed class ModelReportTests : IAsyncLifetime
{
    private static readonly ResourceClass gpu = ResourceClass.Parse("gpu");
    private static readonly InventoryTerms plenty = new(1_000_000, 0, Overcommit.None);

    private readonly List<HostId> hosts = [];
    private PoolId pool;
    private SmallService service = null!;

    public async Task InitializeAsync()
    {
        service = await SmallService.StartAsync();
        await service.WriteAsync(session =>
        {
            for (var i = 0; i < 3; i++)
            {
                var host = new Host(new(Guid.CreateVersion7(session.Now)), ResourceName.Parse($"h{i}"), HostDriver.Simulated,
                    new Dictionary<ResourceClass, InventoryTerms>
                    {
                        [ResourceClass.Vcpu] = plenty, [ResourceClass.MemoryMiB] = plenty, [ResourceClass.DiskGiB] = plenty,
                    }, session.Now);
                host.TryConfigure(EngineKind.Software,
                    new("max", "q35", new Dictionary<ResourceClass, Overcommit>(), ResourceVector.Of((gpu, 1_000))), EngineState.Running);
                hosts.Add(host.Id);
                session.Db.Hosts.Add(host);
            }
            var home = new Pool(new(Guid.CreateVersion7(session.Now)), "default", ResourceName.Parse("default"), null, session.Now);
            pool = home.Id;
            session.Db.Pools.Add(home);
        });
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task An_empty_system_is_all_zeros_and_consistent()
    {
        var (status, report) = await service.GetAsync("/v1/reports/model");
        Assert.Equal(200, status);
        Assert.Empty(report.GetProperty("r").GetProperty("sum").EnumerateObject());
        Assert.True(report.GetProperty("r").GetProperty("consistent").GetBoolean());
        Assert.Equal(0, report.GetProperty("t").GetProperty("sumMicroseconds").GetInt64());
        Assert.Equal(0, report.GetProperty("i").GetProperty("mean").GetDecimal());
        Assert.Equal(0, report.GetProperty("m").GetProperty("sum").GetInt64());
        Assert.Equal(service.Store.Revision, report.GetProperty("revision").GetInt64());
    }

    [Fact]
    public async Task R_equals_the_ledger_at_every_point_of_a_random_series()
    {
        var chance = new Random(20261123);
        var held = new List<AllocationId>();
        for (var step = 0; step < 60; step++)
        {
            if (held.Count > 0 && chance.Next(3) == 0) { await GiveAsync(held, chance); }
            else { held.Add((await TakeAnyAsync(chance)).Id); }
            if (step % 6 != 5) { continue; }
            var r = (await service.GetAsync("/v1/reports/model")).Body.GetProperty("r");
            Assert.True(r.GetProperty("consistent").GetBoolean(), r.ToString());
            Assert.Equal(await HeldAsync(), r.GetProperty("sum").Deserialize<SortedDictionary<string, long>>());
        }
    }

    [Fact]
    public async Task A_ledger_that_says_something_else_is_told_as_inconsistent()
    {
        await TakeAsync(null, ResourceVector.Of((ResourceClass.Vcpu, 3)), 0);
        await service.Store.WriteAsync(null, session => session.Db.Database.ExecuteSqlAsync(
            $"UPDATE host_inventory SET used = used + 1 WHERE resource = 'vcpu' AND scope = 'Host' AND used > 0"), CancellationToken.None);
        var r = (await service.GetAsync("/v1/reports/model")).Body.GetProperty("r");
        Assert.False(r.GetProperty("consistent").GetBoolean());
        Assert.Equal((3, 4), (r.GetProperty("sum").GetProperty("vcpu").GetInt64(), r.GetProperty("ledger").GetProperty("vcpu").GetInt64()));
    }

    [Fact]
    public async Task The_sums_are_over_all_vms_and_their_terms_come_in_pages()
    {
        for (var i = 0; i < 5; i++) { await AddVmAsync($"web-{i}", runs: i < 2); }
        await TakeAsync(null, ResourceVector.Of((ResourceClass.Vcpu, 7)), 0);
        var names = new List<string?>();
        for (var token = ""; token is not null;)
        {
            var report = (await service.GetAsync($"/v1/reports/model?pageSize=2&pageToken={token}")).Body;
            names.AddRange(report.GetProperty("vms").EnumerateArray().Select(vm => vm.GetProperty("name").GetString()));
            CheckSums(report);
            token = report.GetProperty("nextPageToken").GetString();
        }
        Assert.Equal(["web-0", "web-1", "web-2", "web-3", "web-4"], names.Order());
    }

    [Fact]
    public async Task The_isolation_of_a_vm_counts_only_while_it_has_a_process()
    {
        await AddVmAsync("runs", runs: true);
        await AddVmAsync("rests", runs: false);
        var vms = (await service.GetAsync("/v1/reports/model")).Body.GetProperty("vms").EnumerateArray().ToList();
        var byName = vms.OrderBy(vm => vm.GetProperty("name").GetString());
        Assert.Equal([0m, 0.2m], byName.Select(vm => vm.GetProperty("isolation").GetDecimal()));
        Assert.All(vms, vm => Assert.Equal(2, vm.GetProperty("resources").GetProperty("vcpu").GetInt64()));
        Assert.All(vms, vm => Assert.Equal(100, vm.GetProperty("schedulingMicroseconds").GetInt64()));
        Assert.All(vms, vm => Assert.Equal(10, vm.GetProperty("decisionMicroseconds").GetInt64()));
    }

    [Theory]
    [InlineData("pageSize=0", "pageSize")]
    [InlineData("pageSize=1001", "pageSize")]
    [InlineData("pageSize=x", "pageSize")]
    [InlineData("pageToken=x", "pageToken")]
    [InlineData("filter=x", "filter")]
    public async Task A_bad_page_is_refused_by_its_field(string query, string field)
    {
        var (status, problem) = await service.GetAsync($"/v1/reports/model?{query}");
        Assert.Equal(400, status);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task The_metrics_show_the_ledger_by_class()
    {
        await TakeAsync(null, ResourceVector.Of((ResourceClass.Vcpu, 5)), 0);
        await TakeAsync(EngineKind.Software, ResourceVector.Of((gpu, 2)), 1);
        var lines = (await service.Client.GetStringAsync("/metrics")).Split('\n');
        Assert.Contains(lines, line => Is(line, "controlplane_ledger_used", "vcpu", 5));
        Assert.Contains(lines, line => Is(line, "controlplane_ledger_used", "gpu", 2));
        Assert.Contains(lines, line => Is(line, "controlplane_ledger_capacity", "vcpu", 3_000_000));
        Assert.Contains(lines, line => Is(line, "controlplane_ledger_capacity", "gpu", 3_000));
    }

    private static bool Is(string line, string name, string resource, long value) => line.StartsWith(name, StringComparison.Ordinal)
        && line.Contains($"resource=\"{resource}\"", StringComparison.Ordinal)
        && line.Split(' ') is [_, var number, ..] && number == $"{value}";

    private static void CheckSums(JsonElement report)
    {
        var r = report.GetProperty("r");
        Assert.Equal((17, 10, 7), (Vcpus(r, "sum"), Vcpus(r, "vms"), Vcpus(r, "others")));
        var t = report.GetProperty("t");
        Assert.Equal((500, 50), (t.GetProperty("sumMicroseconds").GetInt64(), t.GetProperty("decisionSumMicroseconds").GetInt64()));
        Assert.Equal(5, t.GetProperty("count").GetInt64());
        var i = report.GetProperty("i");
        Assert.Equal((0.4m, 0.08m), (i.GetProperty("sum").GetDecimal(), i.GetProperty("mean").GetDecimal()));
    }

    private static long Vcpus(JsonElement term, string part) => term.GetProperty(part).GetProperty("vcpu").GetInt64();

    private Task<Allocation> TakeAnyAsync(Random chance)
    {
        var engine = chance.Next(2) == 0 ? EngineKind.Software : (EngineKind?)null;
        var amounts = ResourceVector.Of((ResourceClass.Vcpu, chance.Next(5)), (ResourceClass.MemoryMiB, chance.Next(1, 4096)),
            (gpu, engine is null ? 0 : chance.Next(3)));
        return TakeAsync(engine, amounts, chance.Next(hosts.Count));
    }

    private Task<Allocation> TakeAsync(EngineKind? engine, ResourceVector amounts, int host) =>
        service.Store.WriteAsync("default", async session =>
        {
            var allocation = await TakeAsync(session, engine, null, amounts, hosts[host]);
            await session.Db.SaveChangesAsync(CancellationToken.None);
            return allocation;
        }, CancellationToken.None);

    private async Task<Allocation> TakeAsync(StoreSession session, EngineKind? engine, VmId? vm, ResourceVector amounts, HostId on)
    {
        var host = await session.Db.Hosts.FirstAsync(row => row.Id == on);
        var home = await session.Db.Pools.FirstAsync(row => row.Id == pool);
        Assert.Equal(AllocationOutcome.Allocated, Ledger.Take(host, engine, [home], amounts));
        var id = new AllocationId(Guid.CreateVersion7(session.Now));
        var allocation = new Allocation(id, "default", pool, on, engine, "test", vm, amounts, session.Now);
        session.Db.Allocations.Add(allocation);
        return allocation;
    }

    private Task GiveAsync(List<AllocationId> held, Random chance) => service.Store.WriteAsync("default", async session =>
    {
        var id = held[chance.Next(held.Count)];
        var allocation = await session.Db.Allocations.FirstAsync(row => row.Id == id);
        var host = await session.Db.Hosts.FirstAsync(row => row.Id == allocation.Host);
        var home = await session.Db.Pools.FirstAsync(row => row.Id == pool);
        var part = chance.Next(2) == 0 ? allocation.Resources : ResourceVector.Of((ResourceClass.MemoryMiB, 1));
        if (Ledger.Give(allocation, host, [home], part) == AllocationOutcome.Allocated && allocation.Resources.Count == 0)
        {
            session.Db.Allocations.Remove(allocation);
            held.Remove(id);
        }
        await session.Db.SaveChangesAsync(CancellationToken.None);
        return true;
    }, CancellationToken.None);

    private async Task<SortedDictionary<string, long>> HeldAsync()
    {
        await using var db = service.Store.Read(null);
        var sums = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (resource, amount) in (await db.Allocations.ToListAsync()).SelectMany(allocation => allocation.Resources))
        {
            sums[resource.ToString()] = sums.GetValueOrDefault(resource.ToString()) + amount;
        }
        return sums;
    }

    private Task AddVmAsync(string name, bool runs) => service.Store.WriteAsync("default", async session =>
    {
        var operation = new Core.Operations.OperationId(Guid.CreateVersion7(session.Now));
        var spec = new VmSpec { Vcpus = 2, MemoryMiB = 64, DiskGiB = 1 };
        var vm = new Vm(new(Guid.CreateVersion7(session.Now)), "default", ResourceName.Parse(name), pool, spec, operation, session.Now);
        var claim = await TakeAsync(session, EngineKind.Software, vm.Id, spec.Demand, hosts[0]);
        vm.PlaceOn(hosts[0], EngineKind.Software, claim.Id, new(Guid.CreateVersion7(session.Now)), 100, 10);
        vm.Observe(new()
        {
            Incarnation = 0, Generation = 0, Power = runs ? Power.Running : Power.Stopped,
            IsolationControls = ["syscallFilter", "noNewPrivileges"],
        });
        vm.End(operation);
        session.Db.Vms.Add(vm);
        await session.Db.SaveChangesAsync(CancellationToken.None);
        return true;
    }, CancellationToken.None);
}
