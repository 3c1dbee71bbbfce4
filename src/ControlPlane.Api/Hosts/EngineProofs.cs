using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Conditions;
using ControlPlane.Core.Hosts;

namespace ControlPlane.Api.Hosts;

/// <summary>The condition that says whether a guest really ran on an engine.</summary>
internal static class EngineProofs
{
    /// <summary>Of an engine that runs nothing real.</summary>
    internal static Condition Simulated(DateTimeOffset now) =>
        new(Engine.ProvedCondition, ConditionStatus.True, "Simulated", "The host is simulated; its engines need no proof.", now);

    /// <summary>Of what an agent found.</summary>
    internal static Condition Of(EngineFacts facts, DateTimeOffset now) => new(
        Engine.ProvedCondition, facts.Proved ? ConditionStatus.True : ConditionStatus.False, facts.Reason, facts.Message, now);

    /// <summary>Of an engine that nobody has tried.</summary>
    internal static Condition Untried(DateTimeOffset now) => new(
        Engine.ProvedCondition, ConditionStatus.Unknown, "NotTried", "The host's agent has not told yet whether a guest runs on it.", now);
}
