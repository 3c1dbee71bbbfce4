using ControlPlane.Api.Http.Logging;

namespace ControlPlane.Api.Http;

/// <summary>Where exceptions end: the log gets all of it, the client a problem that says nothing of the inside.</summary>
internal sealed class FaultBoundary(RequestDelegate next, ILogger<FaultBoundary> log)
{
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, fault);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away in the middle of an answer: nobody is left to tell.
        }
    }

    private async Task AnswerAsync(HttpContext context, Exception fault)
    {
        context.Response.Clear();
        SafetyHeaders.Add(context);
        if (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = ClientClosedRequest;
            return;
        }

        var problem = Faults.Read(fault);
        if (problem.Code.Status >= StatusCodes.Status500InternalServerError)
        {
            HttpLog.RequestFailed(log, context.Request.Method, context.Request.Path, problem.Code.Text, fault);
        }

        await Problems.WriteAsync(context, problem);
    }
}
