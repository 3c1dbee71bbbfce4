namespace ControlPlane.Api.Persistence.Rows;

/// <summary>A process that works on operations beside others on the same database. It lives while it renews its lease.</summary>
public sealed class ReplicaRow
{
    public required string Id { get; set; }
    public DateTimeOffset LeaseUntil { get; set; }
}
