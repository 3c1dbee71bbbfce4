using System.Runtime.CompilerServices;
using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Events;

/// <summary>Every change a project may see, in the order of revisions, from any revision that is still kept to those to come.</summary>
public sealed class EventFeed(Store store)
{
    private const int PageRows = 256;
    private const string EventName = "change";

    /// <summary>The refusal where changes after this revision are no longer kept, else null. After 0 means from the oldest kept.</summary>
    public async Task<Problem?> RefuseAsync(long after, CancellationToken ct)
    {
        if (after == 0 || await OldestAsync(ct) is not { } oldest || after >= oldest - 1) { return null; }
        return new Problem(ProblemCode.RevisionExpired,
            $"Changes are kept from revision {oldest} on, so those after {after} are not all here. Read the resources anew and follow from "
            + $"?after={store.Revision}, or take what is kept with ?after=0.").With("oldestRevision", oldest);
    }

    /// <summary>
    /// The changes after a revision, without end. It ends only where the reader has become so slow that the next change is no longer
    /// kept; coming back with the last revision it is told so.
    /// </summary>
    public async IAsyncEnumerable<SseEvent> FollowAsync(string project, long after, [EnumeratorCancellation] CancellationToken ct)
    {
        var seen = after == 0 ? (await OldestAsync(ct) ?? 1) - 1 : after;
        while (true)
        {
            // The signal first, then the look: a commit in between completes the signal that is awaited below.
            var changed = store.Signals.Any();
            var newest = store.Revision;
            if (newest <= seen)
            {
                await changed.WaitAsync(ct);
                continue;
            }
            if (await PageAsync(project, seen, newest, ct) is not { } page) { yield break; }
            foreach (var row in page) { yield return new SseEvent(row.Revision, EventName, EventView.Of(row)); }
            seen = page.Count == PageRows ? page[^1].Revision : newest;
        }
    }

    // The oldest is read after the page: rows that retention took before or during the page are then missed by nobody.
    private async Task<IReadOnlyList<EventRow>?> PageAsync(string project, long seen, long newest, CancellationToken ct)
    {
        await using var db = store.Read(project);
        var page = await db.Events.Where(row => row.Revision > seen && row.Revision <= newest)
            .OrderBy(row => row.Revision).Take(PageRows).ToListAsync(ct);
        return await OldestAsync(ct) is { } oldest && oldest > seen + 1 ? null : page;
    }

    private async Task<long?> OldestAsync(CancellationToken ct)
    {
        await using var db = store.Read(null);
        return await db.Events.MinAsync(row => (long?)row.Revision, ct);
    }
}
