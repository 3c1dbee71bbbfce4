using ControlPlane.Api.Access;

namespace ControlPlane.Api.Http.Logging;

/// <summary>One line per request, when it is done: what, by whom, how it ended, how long it took. Never headers, query or body.</summary>
internal sealed class RequestLogging(RequestDelegate next, TimeProvider time, ILogger<RequestLogging> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var start = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            Write(context, time.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    private void Write(HttpContext context, double milliseconds)
    {
        var (request, status) = (context.Request, context.Response.StatusCode);
        if (OpenPaths.Contain(request.Path))
        {
            HttpLog.ProbeDone(log, request.Method, request.Path, status, milliseconds);
        }
        else
        {
            HttpLog.RequestDone(log, request.Method, request.Path, status, milliseconds, Caller.Actor(context.User));
        }
    }
}
