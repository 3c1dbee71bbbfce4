namespace ControlPlane.Api.Tests.Http;

/// <summary>What a patch may change of a lid; no other call speaks of it.</summary>
public sealed record CrateLid
{
    public required string Wood { get; init; }
}
