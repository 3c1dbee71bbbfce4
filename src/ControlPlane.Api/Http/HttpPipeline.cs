using ControlPlane.Api.Access;
using ControlPlane.Api.Health;
using ControlPlane.Api.Http.Logging;
using ControlPlane.Api.Http.OpenApi;
using ControlPlane.Api.Metrics;

namespace ControlPlane.Api.Http;

/// <summary>The way of every request, and the open endpoints: /healthz /readyz /metrics /openapi /swagger.</summary>
public static class HttpPipeline
{
    public static WebApplication UseHttp(this WebApplication app)
    {
        app.UseMiddleware<RequestLogging>();
        app.UseMiddleware<FaultBoundary>();
        app.UseStatusCodePages(page => AnswerBareStatusAsync(page.HttpContext));
        app.Use(SafetyHeaders.AddAsync);
        app.UseApiDocument();
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseMiddleware<AccessGate>();
        app.MapHealth();
        app.MapMeters();
        app.MapApiDocument();
        return app;
    }

    /// <summary>The group of the API: a token is needed, and what could not be read is answered before the handler.</summary>
    public static RouteGroupBuilder MapV1(this IEndpointRouteBuilder app)
    {
        var v1 = app.MapGroup("/v1");
        v1.AddEndpointFilter(BoundInputFilter.AnswerProblemsAsync);
        ((IEndpointConventionBuilder)v1).Finally(KnownQuery.Declare);
        return v1;
    }

    // What the framework answers by itself (404, 405) has a status and no body.
    private static Task AnswerBareStatusAsync(HttpContext context)
    {
        var code = ProblemCode.OfStatus(context.Response.StatusCode);
        var detail = code == ProblemCode.NotFound
            ? "There is nothing at this path."
            : $"{code.Title}.";
        return Problems.WriteAsync(context, new Problem(code, detail));
    }
}
