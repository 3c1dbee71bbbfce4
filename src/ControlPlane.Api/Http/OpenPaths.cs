namespace ControlPlane.Api.Http;

/// <summary>The paths that anybody may ask for, and that no limit holds back: who watches the service must get through.</summary>
internal static class OpenPaths
{
    private static readonly PathString[] open = ["/healthz", "/readyz", "/metrics", "/openapi", "/swagger"];

    public static bool Contain(PathString path) => open.Any(prefix => path.StartsWithSegments(prefix));
}
