using System.Text.RegularExpressions;
using ControlPlane.Api.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Http;

/// <summary>What an exception means for the client: mostly nothing but that it failed; a full or busy store can be said.</summary>
public static partial class Faults
{
    public static Problem Read(Exception fault) => fault switch
    {
        BadHttpRequestException bad => OfRequest(bad),
        DbUpdateConcurrencyException =>
            new Problem(ProblemCode.Conflict, "Somebody else changed it at the same moment; send the call again."),
        _ when StoreFaults.ProblemOf(fault) is { } problem => problem,
        OperationCanceledException or TimeoutException =>
            new Problem(ProblemCode.Unavailable, "The service could not finish this in time."),
        { InnerException: { } cause } => Read(cause),
        _ => new Problem(ProblemCode.Internal, "The service failed in a way it did not foresee; the trace id leads to the log."),
    };

    private static Problem OfRequest(BadHttpRequestException fault)
    {
        if (fault.StatusCode != StatusCodes.Status400BadRequest)
        {
            var code = ProblemCode.OfStatus(fault.StatusCode);
            return new Problem(code, $"{code.Title}.");
        }

        return Parameter().Match(fault.Message) is { Success: true } bound
            ? Problem.Validation(bound.Groups["name"].Value, "is missing or cannot be read")
            : Problem.Validation("", "The request cannot be read as HTTP");
    }

    // Minimal APIs: Failed to bind parameter "Nullable<int> limit" from "abc". / Required parameter "string name" was not provided …
    [GeneratedRegex("parameter \"\\S+ (?<name>\\w+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
