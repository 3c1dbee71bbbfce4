namespace ControlPlane.Api.Tests.Http;

public sealed record CrateSpec
{
    public required int Count { get; init; }
    public long Weight { get; init; }
    public double Ratio { get; init; } = 1;
    public bool Locked { get; init; }
    public CrateColour Colour { get; init; }
    public DateTimeOffset? Due { get; init; }
    public Guid? Tag { get; init; }
}
