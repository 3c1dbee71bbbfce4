using ControlPlane.Api.Http;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Persistence;

/// <summary>What the store's own faults mean to a caller.</summary>
internal static class StoreFaults
{
    private const int Full = 13;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Busy = 5;

    /// <summary>The problem to answer with, or null when the fault is not the store's.</summary>
    internal static Problem? ProblemOf(Exception fault) => fault switch
    {
        StoreBusyException => new Problem(ProblemCode.Unavailable, "Too many writes wait for their turn; try again in a moment.")
        {
            RetryAfterSeconds = 1,
        },
        DbUpdateException { InnerException: { } inner } => ProblemOf(inner),
        SqliteException { SqliteErrorCode: Full } => new Problem(ProblemCode.StorageFull,
            "The disk of the data directory is full; nothing was changed. Free some room and try again."),
        SqliteException { SqliteErrorCode: ReadOnly or InputOutput or Busy } => new Problem(ProblemCode.Unavailable,
            "The store cannot be written at the moment; nothing was changed. Try again."),
        IOException io when (io.HResult & 0xffff) is 28 or 122 => new Problem(ProblemCode.StorageFull,
            "The disk of the data directory is full; nothing was changed. Free some room and try again."),
        _ => null,
    };
}
