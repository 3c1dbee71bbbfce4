using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Hosts;

namespace ControlPlane.Api.Hosts;

/// <summary>Creates, configures and removes the engines of a host.</summary>
public sealed class EngineService(Store store, Mutations mutations)
{
    /// <summary>The engines of a host: at most two.</summary>
    public async Task<Answer> ListAsync(string text, CancellationToken ct)
    {
        await using var db = store.Read(null);
        return await Named.HostAsync(db, text) is { } host
            ? Answer.Ok(new ListPage<EngineResource>([.. host.Engines.Select(engine => EngineView.Of(host, engine))], null))
            : Problem.NotFound("host", text);
    }

    /// <summary>One of them.</summary>
    public async Task<Answer> GetAsync(string text, string segment, CancellationToken ct)
    {
        await using var db = store.Read(null);
        var found = await EngineSeat.FindAsync(db, text, segment);
        if (!found.IsValue) { return found.Problem; }
        return found.Value.Engine is null ? EngineRefusals.Missing(found.Value) : Ok(found.Value);
    }

    /// <summary>Creates it, stopped, or configures it.</summary>
    public Task<Answer> PutAsync(string text, string segment, EngineTermsDocument wanted, RequestTerms terms, CancellationToken ct) =>
        mutations.RunAsync(terms, async session =>
        {
            var found = await EngineSeat.FindAsync(session.Db, text, segment);
            if (!found.IsValue) { return found.Problem; }
            var (seat, before) = (found.Value, found.Value.Engine);
            if (terms.Stale(before?.Version ?? 0) is { } stale) { return stale; }
            if (await seat.BusyAsync(session) is { } busy) { return busy; }
            if (EngineRefusals.UnknownClass(seat, wanted) is { } unknown) { return unknown; }
            var configured = seat.Host.TryConfigure(seat.Kind, EngineDefaults.TermsOf(seat.Host, seat.Kind, wanted), EngineState.Stopped);
            if (!configured) { return EngineRefusals.TooLittle(seat); }
            if (before is null) { seat.Host.SetEngineCondition(seat.Kind, EngineDefaults.ProofOf(seat.Host, seat.Kind, session.Now)); }
            await session.Db.SaveChangesAsync(CancellationToken.None);
            return before is null ? Created(seat) : Ok(seat);
        }, ct);

    /// <summary>Removes it, when it is stopped and nothing is held on it.</summary>
    public Task<Answer> DeleteAsync(string text, string segment, RequestTerms terms, CancellationToken ct) =>
        mutations.RunAsync(terms, async session =>
        {
            var found = await EngineSeat.FindAsync(session.Db, text, segment);
            if (!found.IsValue) { return found.Problem; }
            if (found.Value.Engine is not { } engine) { return EngineRefusals.Missing(found.Value); }
            if (terms.Stale(engine.Version) is { } stale) { return stale; }
            if (await found.Value.BusyAsync(session) is { } busy) { return busy; }
            if (engine.State != EngineState.Stopped) { return EngineRefusals.InState(found.Value, engine, "stop it first"); }
            if (!found.Value.Host.TryRemoveEngine(engine.Kind)) { return EngineRefusals.InUse(found.Value); }
            await session.Db.SaveChangesAsync(CancellationToken.None);
            return Answer.NoContent();
        }, ct);

    private static Answer Created(EngineSeat seat) =>
        Answer.Created($"/v1/{seat.Target}", EngineView.Of(seat.Host, seat.Engine!), seat.Engine!.Version);

    private static Answer Ok(EngineSeat seat) => Answer.Ok(EngineView.Of(seat.Host, seat.Engine!), seat.Engine!.Version);
}
