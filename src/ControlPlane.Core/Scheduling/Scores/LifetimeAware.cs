using System.Numerics;

namespace ControlPlane.Core.Scheduling.Scores;

/// <summary>
/// Where the host is in use the least longer for it: the time from when the host would be empty to when this ends, told apart by
/// doubling steps from a minute on, since expectations are rough; an empty host would be in use for all of it. Within a step as
/// <see cref="Balanced"/> (lifetime alignment; Barbalho et al., Virtual Machine Allocation with Lifetime Predictions, MLSys 2023). A
/// host of which nobody knows when it empties is there anyway.
/// </summary>
internal sealed class LifetimeAware : IScore
{
    internal static readonly LifetimeAware Instance = new();

    private const int Steps = 32;
    private const int FirstStepSeconds = 60;

    /// <inheritdoc/>
    public void Of(FleetChunk chunk, in Question question, ulong fitting, ulong seed, Span<float> scores)
    {
        Balanced.Instance.Of(chunk, question, fitting, seed, scores);
        if (question.Stay is not var (from, until)) { return; }
        for (; fitting != 0; fitting &= fitting - 1)
        {
            var row = BitOperations.TrailingZeroCount(fitting);
            var longer = until - Math.Max(from, chunk.Occupants.ExitOf(row));
            var step = longer <= 0 ? 0 : 1 + BitOperations.Log2((ulong)(longer / FirstStepSeconds) + 1);
            scores[row] = (Steps - Math.Min(step, Steps) + scores[row]) / (Steps + 1);
        }
    }
}
