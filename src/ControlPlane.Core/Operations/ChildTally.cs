namespace ControlPlane.Core.Operations;

/// <summary>How far the children of an operation are.</summary>
/// <param name="Parts">The things that each get a child.</param>
/// <param name="Refused">Those that got none.</param>
/// <param name="Begun">The children there are, those that undo included.</param>
/// <param name="Ended">Those that have ended.</param>
/// <param name="Failed">Those that ended otherwise than they should.</param>
public sealed record ChildTally(int Parts, int Refused, int Begun, int Ended, int Failed)
{
    /// <summary>Whether every child there is has ended.</summary>
    public bool AllEnded => Ended == Begun;

    /// <summary>Whether things are left that have neither a child nor a refusal.</summary>
    public bool Remaining => Refused + Begun < Parts;

    /// <summary>The things that are through, whatever became of them.</summary>
    public int Through => Math.Min(Parts, Refused + Ended);
}
