namespace ControlPlane.Api.Http;

/// <summary>What every answer says to browsers and to caches on the way.</summary>
internal static class SafetyHeaders
{
    public static Task AddAsync(HttpContext context, RequestDelegate next)
    {
        Add(context);
        return next(context);
    }

    public static void Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        if (GuardedPaths.Contain(context.Request.Path))
        {
            headers.CacheControl = "no-store";
        }
    }
}
