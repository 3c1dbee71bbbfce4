using ControlPlane.Api.Hosts.Draining;
using ControlPlane.Api.Hosts.Joining;
using ControlPlane.Api.Hosts.Recovering;
using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Api.Vms;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Contracts.Operations;
using ControlPlane.Contracts.Vms;

namespace ControlPlane.Api.Hosts;

/// <summary><c>/v1/hosts</c>.</summary>
public static class HostEndpoints
{
    private const string PatchSentence =
        "A merge patch (RFC 7396). `capacity` is merged by class: a number sets the total and puts reserved and overcommit back to 0 and "
        + "1, an object changes what it names. Refused when more is promised than would be left. Of a real host `vcpu`, `memoryMiB` and "
        + "`diskGiB` cannot be raised above what was found on the machine.";

    private static readonly object example = new
    {
        name = "h1", driver = "SIMULATED", zone = "z1", labels = new { rack = "r7" }, traits = new[] { "ssd" },
        capacity = new { vcpu = 64, memoryMiB = 262144, diskGiB = 4000 },
    };

    /// <summary>Maps them.</summary>
    public static RouteGroupBuilder MapHosts(this RouteGroupBuilder v1)
    {
        var hosts = v1.MapGroup("/hosts").WithTags("Hosts");
        hosts.MapGet("/", ListAsync).Lists(HostFields.All).Answers<ListPage<HostResource>>(200)
            .Describes("List hosts", "Machines that run VMs, the oldest first, with what they have and what of it is promised.");
        hosts.MapPost("/", CreateAsync).Mutates().Answers<HostResource>(201).WithExample(example)
            .Refuses(ProblemCode.AlreadyExists)
            .Describes("Register a simulated host", "It has both engines, running. Real hosts register themselves through their agents.");
        hosts.MapGet("/{host}", GetAsync).WithPath("host", "h1").Answers<HostResource>(200).Refuses(ProblemCode.NotFound)
            .Describes("Read a host", "By id or by name.");
        hosts.MapPatch("/{host}", PatchAsync).Mutates().WithPath("host", "h1").Answers<HostResource>(200)
            .WithExample(new { labels = new { rack = "r8" }, capacity = new { vcpu = new { overcommit = 2.0 } } })
            .Refuses(ProblemCode.NotFound, ProblemCode.InsufficientResources)
            .Describes("Change a host", PatchSentence);
        hosts.MapDelete("/{host}", DeleteAsync).Mutates().WithPath("host", "h1").Answers(204)
            .Refuses(ProblemCode.NotFound, ProblemCode.InvalidState, ProblemCode.OperationInProgress)
            .Describes("Forget a host",
                "Refused while anything is held on it. The certificates of a host that joined stop working at once. The service's own "
                + "machine registers itself and stays.");
        hosts.MapPost("/{host}/cordon", CordonAsync).Mutates().WithPath("host", "h1").Answers<HostResource>(200)
            .Refuses(ProblemCode.NotFound, ProblemCode.InvalidState)
            .Describes("Keep new VMs away", "The host keeps what it has and takes no new placements. Repeating it changes nothing.");
        hosts.MapPost("/{host}/uncordon", UncordonAsync).Mutates().WithPath("host", "h1").Answers<HostResource>(200)
            .Refuses(ProblemCode.NotFound, ProblemCode.InvalidState)
            .Describes("Take placements again", "Repeating it changes nothing.");
        hosts.MapPost("/{host}/declare-lost", DeclareLostAsync).StartsOperation<OperationResource>().WithPath("host", "h1")
            .Refuses(ProblemCode.NotFound, ProblemCode.HostAlive, ProblemCode.InvalidState, ProblemCode.OperationInProgress)
            .WithExample(new DeclareHostLost { Statement = "Power supply burnt; pulled the plug at 14:05." })
            .Describes("State that a machine is off", "Recorded in the operation, and believed for every guest of the host: whoever "
                + "says it wrongly runs VMs twice. The operation starts on other hosts what was not started there for want of proof. "
                + "Refused while the host renews its lease.");
        hosts.MapPost("/{host}/drain", DrainAsync).StartsOperation<OperationResource>().WithPath("host", "h1")
            .Refuses(ProblemCode.NotFound, ProblemCode.InvalidState, ProblemCode.OperationInProgress, ProblemCode.DrainBlocked)
            .WithExample("Live, two at a time", new DrainHost())
            .WithExample("Stopped where they are", new DrainHost { Policy = "STOP" })
            .Describes("Empty a host", "Looks first who can go where: what is in the way is named, and nothing begins. Then each VM is "
                + "moved or stopped by an operation of its own, so many at once; the host takes nothing meanwhile and ends in MAINTENANCE. "
                + "A cancel or a passed deadline leaves what has moved where it is, and the host CORDONED. With `validateOnly` the "
                + "operation's `drain` is the plan.");
        hosts.MapPost("/{host}/activate", ActivateAsync).Mutates().WithPath("host", "h1").Answers<HostResource>(200)
            .Refuses(ProblemCode.NotFound, ProblemCode.InvalidState)
            .Describes("Take a host back", "From maintenance, or from being cordoned: it takes placements again.");
        hosts.MapGet("/{host}/vms", ListVmsAsync).WithPath("host", "h1").Lists(VmFields.All).Answers<ListPage<VmResource>>(200)
            .Refuses(ProblemCode.NotFound)
            .Describes("List a host's VMs", "Those of the caller's project, the oldest first.");
        hosts.MapJoining();
        return v1.MapEngines();
    }

    private static Task<Answer> ListAsync(ListTerms list, HostService hosts, CancellationToken ct) => hosts.ListAsync(list, ct);

    private static Task<Answer> CreateAsync(Body<CreateHost> body, RequestTerms terms, HostService hosts, CancellationToken ct) =>
        hosts.CreateAsync(body.Value, terms, ct);

    private static Task<Answer> GetAsync(string host, HostService hosts, CancellationToken ct) => hosts.GetAsync(host, ct);

    private static Task<Answer> PatchAsync(
        string host, Patch<PatchableHost> patch, RequestTerms terms, HostService hosts, CancellationToken ct) =>
        hosts.PatchAsync(host, patch, terms, ct);

    private static Task<Answer> DeleteAsync(string host, RequestTerms terms, HostService hosts, CancellationToken ct) =>
        hosts.DeleteAsync(host, terms, ct);

    private static Task<Answer> ListVmsAsync(string host, RequestTerms terms, ListTerms list, HostService hosts, CancellationToken ct) =>
        hosts.ListVmsAsync(host, terms, list, ct);

    private static Task<Answer> CordonAsync(string host, RequestTerms terms, HostService hosts, CancellationToken ct) =>
        hosts.CordonAsync(host, true, terms, ct);

    private static Task<Answer> DeclareLostAsync(
        string host, Body<DeclareHostLost> body, RequestTerms terms, RecoveryEntrance recoveries, CancellationToken ct) =>
        recoveries.DeclareAsync(host, body.Value, terms, ct);

    private static Task<Answer> DrainAsync(
        string host, OptionalBody<DrainHost> body, RequestTerms terms, DrainEntrance drains, CancellationToken ct) =>
        drains.DrainAsync(host, body.Value, terms, ct);

    private static Task<Answer> ActivateAsync(string host, RequestTerms terms, HostService hosts, CancellationToken ct) =>
        hosts.ActivateAsync(host, terms, ct);

    private static Task<Answer> UncordonAsync(string host, RequestTerms terms, HostService hosts, CancellationToken ct) =>
        hosts.CordonAsync(host, false, terms, ct);
}
