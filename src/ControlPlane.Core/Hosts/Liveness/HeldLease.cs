namespace ControlPlane.Core.Hosts.Liveness;

/// <summary>A lease as the host holds it. Kept with the boot it belongs to: a monotonic clock means nothing in another.</summary>
/// <param name="SentAt">When the request that was granted was <b>sent</b>, on the host's monotonic clock: the grant is younger than
/// that, however long its answer took.</param>
/// <param name="Terms">The terms granted.</param>
public sealed record HeldLease(TimeSpan SentAt, LeaseTerms Terms)
{
    /// <summary>The lease held after a grant. Answers may overtake each other, so the one that ends later counts.</summary>
    public static HeldLease After(HeldLease? held, HeldLease granted) =>
        held is not null && held.SentAt + held.Terms.End >= granted.SentAt + granted.Terms.End ? held : granted;
}
