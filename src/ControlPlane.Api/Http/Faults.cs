using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Http;

/// <summary>What an exception means for the client: mostly nothing but that it failed; a full or busy store can be said.</summary>
public static partial class Faults
{
    private const int NoSpaceLeft = 28; // ENOSPC
    private const int QuotaReached = 122; // EDQUOT

    public static Problem Read(Exception fault) => fault switch
    {
        BadHttpRequestException bad => OfRequest(bad),
        DbUpdateConcurrencyException =>
            new Problem(ProblemCode.Conflict, "Somebody else changed it at the same moment; send the call again."),
        SqliteException store => OfStore(store),
        IOException { HResult: NoSpaceLeft or QuotaReached } => StorageFull(),
        OperationCanceledException or TimeoutException =>
            new Problem(ProblemCode.Unavailable, "The service could not finish this in time."),
        { InnerException: { } cause } => Read(cause),
        _ => new Problem(ProblemCode.Internal, "The service failed in a way it did not foresee; the trace id leads to the log."),
    };

    // The primary result codes of https://sqlite.org/rescode.html.
    private static Problem OfStore(SqliteException fault) => fault.SqliteErrorCode switch
    {
        13 => StorageFull(),
        5 or 6 => new Problem(ProblemCode.Unavailable, "The store is busy."),
        8 or 10 or 14 => new Problem(ProblemCode.Unavailable, "The store cannot be written now."),
        _ => new Problem(ProblemCode.Internal, "The store refused what it was told; the trace id leads to the log."),
    };

    private static Problem StorageFull() => new(ProblemCode.StorageFull, "There is no room left to write this; nothing was changed.");

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
