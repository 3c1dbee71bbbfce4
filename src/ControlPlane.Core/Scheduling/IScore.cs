namespace ControlPlane.Core.Scheduling;

/// <summary>Ranks hosts that fit: higher is better. One small class per algorithm.</summary>
internal interface IScore
{
    /// <summary>Whether hosts that have the same and have nothing on them score the same, whichever they are.</summary>
    bool IsByAmounts => true;

    /// <summary>Scores the hosts of a chunk, between 0 and 1. Ties are broken by the host's id.</summary>
    /// <param name="chunk">The hosts.</param>
    /// <param name="question">What is to be put there.</param>
    /// <param name="fitting">The hosts whose score is read afterwards; the others' may be anything.</param>
    /// <param name="seed">The decision's seed.</param>
    /// <param name="scores">One for each row of the chunk.</param>
    void Of(FleetChunk chunk, in Question question, ulong fitting, ulong seed, Span<float> scores);
}
