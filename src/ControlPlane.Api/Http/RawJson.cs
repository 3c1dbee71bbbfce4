namespace ControlPlane.Api.Http;

/// <summary>A body that was written before: the kept answer of an idempotency key goes out as it first did.</summary>
public sealed record RawJson(string Text);
