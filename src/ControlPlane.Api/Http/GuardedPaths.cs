namespace ControlPlane.Api.Http;

/// <summary>The paths that need a token, whether or not there is anything behind them.</summary>
internal static class GuardedPaths
{
    private static readonly PathString[] guarded = ["/v1", "/agent"];

    public static bool Contain(PathString path) => guarded.Any(prefix => path.StartsWithSegments(prefix));
}
