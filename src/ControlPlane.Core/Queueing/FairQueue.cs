namespace ControlPlane.Core.Queueing;

/// <summary>
/// Whose turn it is. Each that waits has a turn, given once, when it comes: its project's last one, and as far behind it as that one is
/// large; but never before who is first now. So projects take turns by what they ask for, a project's own keep their order, and who comes
/// late waits neither behind another's long line nor is paid for having been away.
/// </summary>
public static class FairQueue
{
    /// <summary>The turn of a newcomer.</summary>
    /// <param name="first">Who is first of all that wait, or null when nobody waits.</param>
    /// <param name="lastOfProject">Who is last of its own project, or null when none of it waits.</param>
    public static long NextTurn(QueueEntry? first, QueueEntry? lastOfProject) =>
        Math.Max(first?.Turn ?? 0, lastOfProject is { } last ? last.Turn + last.Cost : 0);

    /// <summary>The order in which they are served: by turn, of equals the older.</summary>
    public static IEnumerable<QueueEntry> InOrder(IEnumerable<QueueEntry> waiting) =>
        waiting.OrderBy(entry => entry.Turn).ThenBy(entry => entry.Operation);
}
