namespace ControlPlane.Contracts.Agents;

/// <summary>What service and agents have agreed on besides the records: paths, names and limits of <c>/agent/v1</c>.</summary>
public static class AgentProtocol
{
    /// <summary>What every path begins with.</summary>
    public const string Root = "/agent/v1";

    /// <summary>GET, open to all: the authority's certificate, to be held against the fingerprint in a join token.</summary>
    public const string Authority = Root + "/authority";

    /// <summary>POST, with a join token: registers a host and gives it a certificate.</summary>
    public const string Join = Root + "/join";

    /// <summary>POST: a new certificate before the present one ends.</summary>
    public const string Certificate = Root + "/certificate";

    /// <summary>GET <c>?after=</c>: waits for assignments that changed after a revision.</summary>
    public const string Assignments = Root + "/assignments";

    /// <summary>POST: what was observed.</summary>
    public const string Reports = Root + "/reports";

    /// <summary>POST: the agent lives. What an agent of the previous version says in place of a session and its leases.</summary>
    public const string Heartbeat = Root + "/heartbeat";

    /// <summary>POST: the agent says what it has and begins a session, with a lease.</summary>
    public const string Session = Root + "/session";

    /// <summary>POST: the next lease of a session; 409 <c>session-over</c> when another must be begun.</summary>
    public const string Lease = Root + "/lease";

    /// <summary>VMs that an agent says it has when it begins a session.</summary>
    public const int MaxHeld = 10_000;

    /// <summary>GET <c>/{image}/content</c> and <c>/{image}/content/initrd</c>: the bytes of an image.</summary>
    public const string Images = Root + "/images";

    /// <summary>
    /// The name in the service's own certificates, wherever the service is reached: no certificate of a host has it, so that no host can
    /// pass for the service.
    /// </summary>
    public const string ServerName = "service.controlplane.internal";

    /// <summary>What the name of a host ends with in its certificate, so that hosts know each other.</summary>
    public const string HostDomain = "hosts.controlplane.internal";

    /// <summary>What a join token begins with.</summary>
    public const string TokenPrefix = "cpj_";

    /// <summary>Observations in one report.</summary>
    public const int MaxObservations = 256;

    /// <summary>Bytes of one body.</summary>
    public const int MaxBodyBytes = 1 << 20;
}
