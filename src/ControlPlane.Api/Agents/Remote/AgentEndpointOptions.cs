using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Api.Agents.Remote;

/// <summary>Where agents on hosts of their own reach the service: <c>ControlPlane:AgentEndpoint</c>.</summary>
public sealed class AgentEndpointOptions
{
    /// <summary>Such as <c>https://0.0.0.0:5443</c>. Left out, the service listens for no agents and hosts cannot join.</summary>
    [RegularExpression(@"^https://(\*|localhost|[0-9.]+|\[[0-9a-fA-F:]+\]):[0-9]{1,5}/?$",
        ErrorMessage = "must be https, an IP address, localhost or *, and a port, such as https://0.0.0.0:5443")]
    public string? Url { get; set; }

    /// <summary>Hours that a host's certificate is good for; its agent renews it when two thirds have passed. 1 to 8,760.</summary>
    [Range(1, 8_760)]
    public int CertificateHours { get; set; } = 720;

    /// <summary>Open connections of agents. 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 20_000;

    /// <summary>Requests that one host has open at one time. 4 to 1,000.</summary>
    [Range(4, 1_000)]
    public int MaxRequestsPerHost { get; set; } = 16;

    /// <summary>Seconds between two heartbeats of an agent. 1 to 600.</summary>
    [Range(1, 600)]
    public int HeartbeatSeconds { get; set; } = 10;

    internal TimeSpan Life => TimeSpan.FromHours(CertificateHours);
}
