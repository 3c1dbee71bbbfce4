namespace ControlPlane.Core.Isolation;

/// <summary>
/// I = Σ iᵢ: a VM's isolation degree, between 0 and 1, is the weighted share of the controls that its host attests as in force.
/// The weights are this project's own; they say how much each control narrows what one VM can do to another.
/// </summary>
public static class IsolationDegree
{
    /// <summary>Each control's share in hundredths; they add up to 100.</summary>
    public static IReadOnlyDictionary<string, int> Weights { get; } = new SortedDictionary<string, int>(StringComparer.Ordinal)
    {
        ["cpuLimit"] = 10,
        ["memoryLimit"] = 10,
        ["ioLimit"] = 5,
        ["ownUser"] = 15,
        ["syscallFilter"] = 15,
        ["noNewPrivileges"] = 5,
        ["namespaces"] = 10,
        ["networkScope"] = 10,
        ["exclusiveCores"] = 10,
        ["dedicatedHost"] = 10,
    };

    /// <summary>The degree of a VM under these controls; a control this list does not know counts nothing.</summary>
    public static decimal Of(IEnumerable<string> controls) =>
        controls.Distinct(StringComparer.Ordinal).Sum(control => Weights.TryGetValue(control, out var weight) ? weight : 0) / 100m;
}
