using ControlPlane.Api.Http;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace ControlPlane.Api.Persistence;

/// <summary>What the store's own faults mean to a caller, whatever wraps them.</summary>
internal static class StoreFaults
{
    private const int Full = 13;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int CannotOpen = 14;
    private const int NoSpaceLeft = 28;
    private const int QuotaReached = 122;

    /// <summary>The problem to answer with, or null when the fault is not one of the store that the caller can be told of.</summary>
    internal static Problem? ProblemOf(Exception fault) => fault switch
    {
        StoreBusyException => Unavailable("Too many writes wait for their turn; try again in a moment."),
        StoreUnreachableException closed => Unavailable($"{closed.Message}; nothing was changed. Try again in a moment."),
        StoreOutcomeUnknownException => Unavailable(
            "The connection to PostgreSQL broke while it committed, so it is not known whether the change was kept. "
            + "Send the same request again with the same Idempotency-Key, or read the resource first."),
        SqliteException { SqliteErrorCode: Full } => StorageFull(),
        SqliteException { SqliteErrorCode: Busy or Locked or ReadOnly or InputOutput or CannotOpen } =>
            Unavailable("The store cannot be written at the moment; nothing was changed. Try again."),
        NpgsqlException when PostgresFaults.IsDiskFull(fault) => StorageFull(),
        NpgsqlException when PostgresFaults.IsUnreachable(fault) =>
            Unavailable("PostgreSQL cannot be reached at the moment; nothing was changed. Try again in a moment."),
        IOException io when (io.HResult & 0xffff) is NoSpaceLeft or QuotaReached => StorageFull(),
        { InnerException: { } inner } => ProblemOf(inner),
        _ => null,
    };

    private static Problem Unavailable(string sentence) => new(ProblemCode.Unavailable, sentence) { RetryAfterSeconds = 1 };

    private static Problem StorageFull() => new(ProblemCode.StorageFull,
        "The disk of the store is full; nothing was changed. Free some room and try again.");
}
