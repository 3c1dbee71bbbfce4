using System.Data.Common;
using ControlPlane.Core;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Names;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// The one place that writes past Entity Framework: what the turns of a commit have claimed and changed without a context, with prepared
/// statements on the lane's own connection and transaction. A row that several turns changed is written once. Each is compared and
/// bumped: where the database has another generation or version than memory knew, nothing of the commit stands and
/// <see cref="StaleLedgerException"/> says which.
/// </summary>
internal sealed class GroupWrite : IDisposable
{
    private readonly ILaneStatements statements;
    private readonly LaneStatement host;
    private readonly LaneStatement pool;
    private readonly LaneStatement cores;
    private readonly LaneStatement node;
    private readonly UseUpdate inventory;
    private readonly UseUpdate limits;
    private readonly RowInsert newInventory;
    private readonly RowInsert newLimits;
    private readonly RowInsert allocations;
    private readonly RowInsert placements;
    private readonly RowInsert shapes;
    private readonly RowInsert history;
    private readonly RowInsert events;
    private readonly DbCommand named;
    private readonly LeaseRenewals renewals;
    private readonly EntityTable<Vm> vms;
    private readonly EntityTable<Operation> operations;
    private readonly TurnRows pending = new();

    internal GroupWrite(DbConnection connection, ILaneStatements statements, IModel model)
    {
        this.statements = statements;
        host = Bump("hosts");
        pool = Bump("pools");
        cores = statements.Make("UPDATE host_inventory SET used = used + $1, exclusive = exclusive + $2 "
            + "WHERE host_id = $3 AND scope = $4 AND resource = $5", 5);
        node = statements.Make("UPDATE host_nodes SET used_vcpus = used_vcpus + $1, pinned_cores = pinned_cores + $2, "
            + "used_memory_mi_b = used_memory_mi_b + $3 WHERE host_id = $4 AND number = $5", 5);
        inventory = new(statements, "host_inventory", "host_id", "scope");
        limits = new(statements, "pool_limits", "pool_id");
        RowInsert Into(string table, string[] columns, string conflict = "") => Insert(statements, model, table, columns, conflict);
        newInventory = Into("host_inventory", ["host_id", "scope", "resource", "total", "reserved", "overcommit", "used", "exclusive"]);
        newLimits = Into("pool_limits", ["pool_id", "resource", "limit", "overcommit", "used"]);
        allocations = Into("allocations",
            ["id", "project", "pool", "host", "engine", "owner", "resources", "vm", "reservation", "seat", "for_move", "version",
                "create_time", "update_time"]);
        placements = Into("placements",
            ["id", "project", "target", "demand", "seed", "revision", "fleet", "preemption", "host", "engine", "decision_microseconds",
                "create_time"]);
        shapes = Into("host_shapes", ["hash", "content"], " ON CONFLICT DO NOTHING");
        history = Into("host_history", ["host", "revision", "shape", "use"]);
        events = Into("events", ["revision", "project", "type", "kind", "resource_id", "name", "state", "version", "time"]);
        named = connection.CreateCommand();
        named.CommandText = "SELECT 1 FROM vms WHERE project = @project AND name = @name";
        named.AddParameter("@project");
        named.AddParameter("@name");
        renewals = new(connection);
        vms = new(statements, model, "id", "version");
        operations = new(statements, model, "id", "version", "lease");
    }

    /// <summary>Whether anything that a row of the table holds differs.</summary>
    internal bool Differs(Vm before, Vm now) => vms.Differs(before, now);

    /// <summary>Whether anything that a row of the table holds differs.</summary>
    internal bool Differs(Operation before, Operation now) => operations.Differs(before, now);

    /// <summary>Whether a project has a VM of a name, be it of this commit.</summary>
    internal bool HasVm(DbTransaction transaction, string project, ResourceName name)
    {
        if (pending.Vms.Values.Any(vm => vm.Before is null && vm.Now.Project == project && vm.Now.Name == name)) { return true; }
        named.Transaction = transaction;
        (named.Parameters[0].Value, named.Parameters[1].Value) = (project, name.ToString());
        return named.ExecuteScalar() is not null;
    }

    /// <summary>Counts a renewal of each host that is active in the session named; returns those, with their terms.</summary>
    internal Dictionary<(HostId Host, long Session), LeaseTerms> Renew(
        DbTransaction transaction, IReadOnlyList<(HostId Host, long Session)> asked) => renewals.Write(transaction, asked);

    /// <summary>Takes over what a turn that is kept has claimed.</summary>
    internal void Add(TurnRows rows) => pending.Add(rows);

    /// <summary>Forgets what was not written.</summary>
    internal void Clear()
    {
        pending.Clear();
        statements.Clear();
    }

    /// <summary>Writes all that was taken over.</summary>
    internal void Flush(DbTransaction transaction)
    {
        if (!pending.Any) { return; }
        foreach (var (before, after) in pending.Pools.Values) { Write(before, after); }
        foreach (var (before, after) in pending.Hosts.Values) { Write(before, after); }
        InsertClaims();
        InsertHistory();
        vms.Write(pending.Vms.Values, vm => [vm.Id.ToString(), vm.Version], vm => new StaleLedgerException(vm: vm.Id));
        operations.Write(pending.Operations.Values, row => [row.Id.ToString(), row.Version, row.Lease],
            row => new StaleLedgerException(operation: row.Id));
        events.Write(pending.Events.ConvertAll(row => new object?[]
        {
            row.Revision, row.Project, row.Type, row.Kind, row.ResourceId, row.Name, row.State, row.Version, row.Time.UtcTicks,
        }));
        statements.End(transaction);
        pending.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in new IDisposable[]
        {
            host, pool, cores, node, inventory, limits, newInventory, newLimits, allocations, placements, shapes, history, events,
            named, renewals, vms, operations,
        })
        {
            statement.Dispose();
        }
    }

    private void InsertClaims()
    {
        allocations.Write(pending.Allocations.ConvertAll(row => new object?[]
        {
            row.Id.ToString(), row.Project, row.Pool.ToString(), row.Host.ToString(), row.Engine?.ToString(), row.Owner,
            StoreJson.Write(row.Resources), row.Vm?.ToString(), row.Reservation?.ToString(),
            row.Seat is { } seat ? StoreJson.Write(seat) : null, row.ForMove, row.Version, row.CreateTime.UtcTicks, row.UpdateTime.UtcTicks,
        }));
        placements.Write(pending.Placements.ConvertAll(row => new object?[]
        {
            row.Id.ToString(), row.Project, row.Target, StoreJson.Write(row.Demand), row.Seed, row.Revision, row.Fleet,
            row.Preemption is { } preemption ? StoreJson.Write(preemption) : null, row.Host.ToString(), row.Engine?.ToString(),
            row.DecisionMicroseconds, row.CreateTime.UtcTicks,
        }));
    }

    private void InsertHistory()
    {
        shapes.Write([.. pending.History.Where(change => change.NewShape is not null)
            .Select(change => new object?[] { change.Shape, change.NewShape })]);
        history.Write(pending.History.ConvertAll(change => new object?[]
        {
            change.Host.ToString(), change.Revision, change.Shape, change.Snapshot is { } now ? HostHistory.UseOf(now) : null,
        }));
    }

    private void Write(Host before, Host after)
    {
        Bump(host, after.Id.ToString(), before.Generation, (after.Generation, after.Version, after.UpdateTime),
            () => new StaleLedgerException(after.Id));
        foreach (var scope in after.Inventory.GroupBy(entry => entry.Scope)) { WriteScope(before, after, scope.Key, scope); }
        foreach (var now in after.Nodes) { Write(after, before.Nodes.First(node => node.Number == now.Number), now); }
    }

    private void WriteScope(Host before, Host after, InventoryScope scope, IEnumerable<Inventory> entries)
    {
        var (more, added) = (new List<(ResourceClass, long)>(4), new List<object?[]>());
        foreach (var entry in entries)
        {
            var known = before.Of(entry.Engine, entry.Resource);
            if (known is null) { added.Add(RowOf(after, entry)); }
            else if (entry.Exclusive != known.Exclusive) { WriteCores(after, known, entry); }
            else if (entry.Used != known.Used) { more.Add((entry.Resource, entry.Used - known.Used)); }
        }
        if (more.Count > 0)
        {
            inventory.Write(after.Id.ToString(), scope.ToString(), more, () => new StaleLedgerException(after.Id));
        }
        newInventory.Write(added);
    }

    private void WriteCores(Host host, Inventory before, Inventory after) => One(cores, host,
        after.Used - before.Used, after.Exclusive - before.Exclusive, host.Id.ToString(),
        after.Scope.ToString(), after.Resource.ToString());

    private void Write(Host host, HostNode before, HostNode after)
    {
        var (vcpus, pinned) = (after.UsedVcpus - before.UsedVcpus, after.PinnedCores - before.PinnedCores);
        var memory = after.UsedMemoryMiB - before.UsedMemoryMiB;
        if (vcpus == 0 && pinned == 0 && memory == 0) { return; }
        One(node, host, vcpus, pinned, memory, host.Id.ToString(), after.Number);
    }

    private static void One(LaneStatement statement, Host host, params object[] values) =>
        Run(statement, () => new StaleLedgerException(host.Id), values);

    private static object?[] RowOf(Host host, Inventory entry) =>
    [
        host.Id.ToString(), entry.Scope.ToString(), entry.Resource.ToString(), entry.Total, entry.Reserved,
        entry.Overcommit.Permille, entry.Used, entry.Exclusive,
    ];

    private void Write(Pool before, Pool after)
    {
        Bump(pool, after.Id.ToString(), before.Generation, (after.Generation, after.Version, after.UpdateTime),
            () => new StaleLedgerException(pool: after.Id));
        var (more, added) = (new List<(ResourceClass, long)>(4), new List<object?[]>());
        foreach (var limit in after.Limits)
        {
            var known = before.Of(limit.Resource);
            if (known is null) { added.Add(RowOf(after, limit)); }
            else if (limit.Used != known.Used) { more.Add((limit.Resource, limit.Used - known.Used)); }
        }
        if (more.Count > 0)
        {
            limits.Write(after.Id.ToString(), null, more, () => new StaleLedgerException(pool: after.Id));
        }
        newLimits.Write(added);
    }

    private static object?[] RowOf(Pool pool, PoolLimit limit) =>
        [pool.Id.ToString(), limit.Resource.ToString(), limit.Limit, limit.Overcommit.Permille, limit.Used];

    private static void Bump(
        LaneStatement statement, string id, long seen, (long Generation, long Version, DateTimeOffset Time) next,
        Func<Exception> otherwise) =>
        Run(statement, otherwise, next.Generation, next.Version, next.Time.UtcTicks, id, seen);

    private static void Run(LaneStatement statement, Func<Exception> otherwise, params object[] values)
    {
        values.CopyTo(statement.Values, 0);
        statement.Run(1, otherwise);
    }

    // A column that came later and is not written here would be lost without a word.
    private static RowInsert Insert(ILaneStatements statements, IModel model, string table, string[] columns, string conflict)
    {
        var mapped = model.GetRelationalModel().FindTable(table, null)!.Columns.Select(column => column.Name).ToHashSet();
        Invariant.Check(mapped.SetEquals(columns), $"each column of {table} is written, and no other");
        return new(statements, table, [.. columns.Select(column => $"\"{column}\"")], conflict);
    }

    private LaneStatement Bump(string table) => statements.Make(
        $"UPDATE {table} SET generation = $1, version = $2, update_time = $3 WHERE id = $4 AND generation = $5", 5);
}
