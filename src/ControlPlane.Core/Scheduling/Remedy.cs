namespace ControlPlane.Core.Scheduling;

/// <summary>One thing to do so that a host would fit.</summary>
/// <param name="Kind">What.</param>
/// <param name="Of">Of what: a resource class, an engine, a member of the request, a host.</param>
/// <param name="Amount">How much to free, what to lower it to, how many VMs; null where it is no matter of amounts.</param>
/// <param name="Words">The same as the beginning of a sentence.</param>
public sealed record Remedy(RemedyKind Kind, string Of, long? Amount, string Words);
