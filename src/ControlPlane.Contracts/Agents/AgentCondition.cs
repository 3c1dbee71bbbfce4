namespace ControlPlane.Contracts.Agents;

/// <summary>One thing known of a VM, an engine or a host (the manner of Kubernetes' conditions).</summary>
/// <param name="Type">CamelCase name, such as <c>GuestAlive</c>.</param>
/// <param name="Status">TRUE, FALSE or UNKNOWN.</param>
/// <param name="Reason">One CamelCase word for programs.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="LastTransitionTime">When the status last changed.</param>
public sealed record AgentCondition(string Type, string Status, string Reason, string Message, DateTimeOffset LastTransitionTime);
