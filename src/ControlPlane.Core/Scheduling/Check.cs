namespace ControlPlane.Core.Scheduling;

/// <summary>One question asked of one host.</summary>
/// <param name="Name">
/// <c>host</c>, <c>state</c>, <c>driver</c>, <c>zone</c>, <c>labels</c>, <c>traits</c>, <c>forbidden-traits</c>, <c>pool</c>,
/// <c>engine</c>, or <c>resource:</c> and a class.
/// </param>
/// <param name="Need">What is needed, in words or a number.</param>
/// <param name="Have">What the host has.</param>
/// <param name="Verdict">What follows.</param>
public sealed record Check(string Name, string Need, string Have, Verdict Verdict);
