namespace ControlPlane.Core.Conditions;

/// <summary>Whether a condition holds.</summary>
public enum ConditionStatus
{
    /// <summary>It holds.</summary>
    True,

    /// <summary>It does not.</summary>
    False,

    /// <summary>Nobody knows.</summary>
    Unknown,
}
