namespace ControlPlane.Api.Http;

/// <summary>One server-sent event; the payload is written as JSON.</summary>
public sealed record SseEvent(long Id, string Event, object Payload);
