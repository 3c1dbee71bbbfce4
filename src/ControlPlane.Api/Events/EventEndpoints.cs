using ControlPlane.Api.Http;

namespace ControlPlane.Api.Events;

/// <summary><c>/v1/events</c>.</summary>
public static class EventEndpoints
{
    /// <summary>Maps it.</summary>
    public static RouteGroupBuilder MapEvents(this RouteGroupBuilder v1)
    {
        v1.MapGet("/events", FollowAsync).WithTags("Events").Streams().Refuses(ProblemCode.RevisionExpired)
            .Describes("Follow all changes", "Server-sent events, one per change of a resource, under one ever-growing revision: `id:` is "
                + "the revision, `event:` is `change`, `data:` is a ChangeEvent. `?after=` (or Last-Event-ID) resumes without gap or "
                + "repeat; without it, or with 0, the stream begins with the oldest change that is kept. A revision yet to come is waited "
                + "for. 410 `revision-expired` when changes after the revision are no longer kept: read the resources anew, then follow "
                + "from the newest.");
        return v1;
    }

    private static async Task<IResult> FollowAsync(RequestTerms terms, StreamTerms stream, EventFeed feed, CancellationToken ct)
    {
        var after = stream.After ?? 0;
        return await feed.RefuseAsync(after, ct) is { } expired ? Answers.Of(expired) : Sse.Of(feed.FollowAsync(terms.Project, after, ct));
    }
}
