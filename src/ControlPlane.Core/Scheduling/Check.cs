namespace ControlPlane.Core.Scheduling;

/// <summary>One question asked of one host.</summary>
/// <param name="Name">
/// <c>host</c>, <c>state</c>, <c>driver</c>, <c>zone</c>, <c>labels</c>, <c>traits</c>, <c>forbidden-traits</c>, <c>architecture</c>,
/// <c>firmware</c>, <c>cpu-model</c>, <c>cpu-features</c>, <c>pool</c>, <c>engine</c>, <c>resource:</c> and a class, <c>isolation</c>,
/// <c>cores</c>, or <c>numa</c>.
/// </param>
/// <param name="Need">What is needed, in words or a number.</param>
/// <param name="Have">What the host has.</param>
/// <param name="Verdict">What follows.</param>
public sealed record Check(string Name, string Need, string Have, Verdict Verdict);
