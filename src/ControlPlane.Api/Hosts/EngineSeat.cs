using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Json;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Hosts;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Hosts;

/// <summary>What a path such as <c>/hosts/h1/engines/software</c> names: a host's place for an engine, which may be empty.</summary>
/// <param name="Host">The host.</param>
/// <param name="Kind">Which of its two engines.</param>
internal sealed record EngineSeat(Host Host, EngineKind Kind)
{
    /// <summary>The engine, or null.</summary>
    internal Engine? Engine => Host.Engine(Kind);

    /// <summary>The target of operations on it.</summary>
    internal string Target => EnginePath.TargetOf(Host.Id, Kind);

    /// <summary>For sentences.</summary>
    internal string Words => $"the {EnginePath.WordOf(Kind)} engine of host {Host.Name}";

    internal static async Task<Parsed<EngineSeat>> FindAsync(StoreContext db, string host, string segment)
    {
        if (!EnginePath.TryParse(segment, out var kind)) { return Problem.NotFound("engine", segment); }
        return await Named.HostAsync(db, host) is { } found
            ? Parsed<EngineSeat>.Of(new(found, kind))
            : Problem.NotFound("host", host);
    }

    /// <summary>The refusal while an operation is at work on it.</summary>
    internal async Task<Problem?> BusyAsync(StoreSession session)
    {
        var target = Target;
        var running = await session.Db.Operations.IgnoreQueryFilters()
            .FirstOrDefaultAsync(operation => operation.Target == target && operation.EndTime == null);
        return running is null ? null : OperationStarter.InProgress(running.Id);
    }
}
