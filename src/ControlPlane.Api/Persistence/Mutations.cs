using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence.Rows;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// A client's write: the idempotency key, the rehearsal (<c>validateOnly</c>) and the work are one turn in the lane. The key is kept with
/// what it did, in the same commit; a refusal keeps nothing, so the same request may succeed later.
/// </summary>
public sealed class Mutations(Store store)
{
    /// <summary>Does the work, once per key.</summary>
    public async Task<Answer> RunAsync(RequestTerms terms, Func<StoreSession, Task<Answer>> work, CancellationToken ct)
    {
        try
        {
            return await store.WriteAsync(terms.Project, session => TurnAsync(session, terms, work), ct);
        }
        catch (Exception fault) when (StoreFaults.ProblemOf(fault) is { } problem)
        {
            return problem;
        }
    }

    private static async Task<Answer> TurnAsync(StoreSession session, RequestTerms terms, Func<StoreSession, Task<Answer>> work)
    {
        if (terms.IdempotencyKey is { } key && await FirstAsync(session, terms, key) is { } first)
        {
            session.RollBack();
            return first;
        }
        var answer = await work(session);
        if (answer is not Answer.Done done)
        {
            session.RollBack();
            return answer;
        }
        if (terms.ValidateOnly)
        {
            session.RollBack();
            return new Answer.Done(200, done.Body);
        }
        return await KeepAsync(session, terms, done);
    }

    private static async Task<Answer?> FirstAsync(StoreSession session, RequestTerms terms, string key)
    {
        var row = await session.Db.IdempotencyKeys.AsNoTracking()
            .FirstOrDefaultAsync(row => row.Project == terms.Project && row.Actor == terms.Actor && row.Key == key);
        if (row is null || row.CreateTime < session.Now.AddHours(-24)) { return null; }
        return row.RequestHash == terms.RequestHash
            ? new Answer.Done(row.Status, row.Body is null ? null : new RawJson(row.Body), row.Location, row.Version)
            : new Problem(ProblemCode.IdempotencyMismatch,
                "This Idempotency-Key was used in the last 24 hours with another request; "
                + "take a new key, or send the first request again.");
    }

    private static async Task<Answer> KeepAsync(StoreSession session, RequestTerms terms, Answer.Done done)
    {
        if (terms.IdempotencyKey is not { } key) { return done; }
        await session.Db.SaveChangesAsync(CancellationToken.None);
        await session.Db.IdempotencyKeys.Where(row => row.Project == terms.Project && row.Actor == terms.Actor && row.Key == key)
            .ExecuteDeleteAsync();
        var body = done.Body is null ? null : Wire.Write(done.Body);
        session.Db.IdempotencyKeys.Add(new IdempotencyRow
        {
            Project = terms.Project, Actor = terms.Actor, Key = key, RequestHash = terms.RequestHash, CreateTime = session.Now,
            Status = done.Status, Body = body, Location = done.Location, Version = done.Version,
        });
        await session.Db.SaveChangesAsync(CancellationToken.None);
        return body is null ? done : done with { Body = new RawJson(body) };
    }
}
