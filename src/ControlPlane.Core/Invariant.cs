using System.Runtime.CompilerServices;

namespace ControlPlane.Core;

/// <summary>States what must hold after a change; a breach is a fault in the program, never a user's.</summary>
public static class Invariant
{
    /// <summary>Throws <see cref="InvariantException"/> when the condition is false.</summary>
    public static void Check(bool holds, string breach, [CallerArgumentExpression(nameof(holds))] string condition = "")
    {
        if (!holds) { throw new InvariantException($"{breach} ({condition})"); }
    }

    /// <summary>Throws <see cref="InvariantException"/> when the condition is false.</summary>
    public static void Check(
        bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ref InvariantBreach breach,
        [CallerArgumentExpression(nameof(holds))] string condition = "")
    {
        if (!holds) { throw new InvariantException($"{breach.ToStringAndClear()} ({condition})"); }
    }
}
