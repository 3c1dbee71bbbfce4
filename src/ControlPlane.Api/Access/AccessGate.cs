using ControlPlane.Api.Http;

namespace ControlPlane.Api.Access;

/// <summary>Lets nobody without a token below the guarded paths, not even to learn which of them exist.</summary>
internal sealed class AccessGate(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        GuardedPaths.Contain(context.Request.Path) && context.User.Identity is not { IsAuthenticated: true }
            ? Problems.WriteAsync(context, BearerAuthentication.Missing)
            : next(context);
}
