using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Contracts.Events;

namespace ControlPlane.Api.Events;

/// <summary>A change as the client reads it.</summary>
internal static class EventView
{
    private const string Deleted = "DELETED";

    internal static ChangeEvent Of(EventRow row) => new()
    {
        Revision = row.Revision,
        Type = row.Type,
        Kind = row.Kind,
        Id = row.ResourceId,
        Name = row.Name,
        Project = row.Project,
        State = row.State,
        Etag = row.Type == Deleted ? null : Answers.Etag(row.Version),
        Time = row.Time,
    };
}
