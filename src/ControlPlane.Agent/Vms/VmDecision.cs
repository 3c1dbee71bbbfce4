namespace ControlPlane.Agent.Vms;

/// <summary>The next step, with what it needs to be carried out.</summary>
/// <param name="Step">What to do.</param>
/// <param name="NotBefore">With Schedule and Await: when the next start is due.</param>
/// <param name="Reason">With GiveUp: one CamelCase word.</param>
/// <param name="Message">With GiveUp: a sentence.</param>
public sealed record VmDecision(VmStep Step, DateTimeOffset? NotBefore = null, string? Reason = null, string? Message = null);
