using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Contracts.Operations;
using ControlPlane.Contracts.Vms;

namespace ControlPlane.Api.Vms;

/// <summary><c>/v1/vms</c>.</summary>
public static class VmEndpoints
{
    private const string ExampleVm = "web-1";

    /// <summary>Maps them.</summary>
    public static RouteGroupBuilder MapVms(this RouteGroupBuilder v1)
    {
        var vms = v1.MapGroup("/vms").WithTags("VMs");
        vms.MapGet("/", ListAsync).Lists(VmFields.All).Answers<ListPage<VmResource>>(200)
            .Describes("List VMs", "Filter by `name`, `state`, `pool`, `host`, `affinityGroup`, `createTime`.");
        vms.MapPost("/", CreateAsync).StartsOperation<OperationResource>()
            .Refuses(ProblemCode.NotFound, ProblemCode.AlreadyExists, ProblemCode.InvalidState, ProblemCode.InsufficientCapacity,
                ProblemCode.ExceedsEveryHost, ProblemCode.InsufficientResources, ProblemCode.UnknownResourceClass)
            .Refuses(ProblemCode.ContradictoryConstraints)
            .WithExample("From an image", ImageExample).WithExample("On a simulated host", SimulatedExample)
            .WithExample("Before those of a lower priority", UrgentExample)
            .Describes("Create a VM", "Chooses a host, claims its room, makes the VM and, unless `desiredState` is STOPPED, starts it. "
                + "A refusal for want of room carries the placement record: every host with every check. Where the pool allows preemption, "
                + "`preemptible` VMs of a lower `priority` are stopped to make room: the operation's `preemption` names them, and with "
                + "`validateOnly` it shows whom it would be.");
        vms.MapGet("/{vm}", GetAsync).Answers<VmResource>(200).Refuses(ProblemCode.NotFound).WithPath("vm", ExampleVm)
            .Describes("Read a VM", "What is wanted (`spec`) and what is (`status`).");
        vms.MapPatch("/{vm}", PatchAsync).StartsOperation<OperationResource>().Refuses(Busy).WithPath("vm", ExampleVm)
            .WithExample(new { spec = new { restartPolicy = "ON_FAILURE" } })
            .Describes("Change a VM's spec", "vcpus, memoryMiB, diskGiB and extraResources change while it is STOPPED; restartPolicy, "
                + "preemptible and desiredState at any time; image, engine, placement and cloudInit never.");
        vms.MapDelete("/{vm}", DeleteAsync).StartsOperation<OperationResource>().Refuses(Busy).WithPath("vm", ExampleVm)
            .Describes("Delete a VM", "Ends its process at once, removes its files and gives its room back. "
                + "Cannot be cancelled once begun.");
        MapActions(vms);
        return v1;
    }

    private static ProblemCode[] Busy => [ProblemCode.NotFound, ProblemCode.OperationInProgress, ProblemCode.InvalidState];

    private static CreateVm ImageExample => new()
    {
        Name = ExampleVm, Spec = new() { Vcpus = 1, MemoryMiB = 256, DiskGiB = 1, Image = "probe" },
    };

    private static CreateVm SimulatedExample => new() { Name = "sim-1", Spec = new() { Vcpus = 2, MemoryMiB = 512, DiskGiB = 4 } };

    private static CreateVm UrgentExample => new()
    {
        Name = "urgent-1", Spec = new() { Vcpus = 2, MemoryMiB = 512, DiskGiB = 4, Placement = new() { Priority = 100 } },
    };

    private static void MapActions(RouteGroupBuilder vms)
    {
        vms.MapPost("/{vm}/start", StartAsync).StartsOperation<OperationResource>().Refuses(Busy).WithPath("vm", ExampleVm)
            .Refuses(ProblemCode.InsufficientCapacity, ProblemCode.InsufficientResources, ProblemCode.ExceedsEveryHost)
            .Describes("Start a VM", "From STOPPED or FAILED. The operation succeeds when the guest's process runs. One that was "
                + "stopped to make room for another takes its room on its host again, or is refused when there is none.");
        vms.MapPost("/{vm}/stop", StopAsync).StartsOperation<OperationResource>().Refuses(Busy).WithPath("vm", ExampleVm)
            .WithExample(new StopVm())
            .Describes("Stop a VM", "GRACEFUL asks the guest by ACPI; one that has not stopped in time runs on and the operation "
                + "fails, unless `forceAfterTimeout`. FORCED ends its process.");
        vms.MapPost("/{vm}/reboot", RebootAsync).StartsOperation<OperationResource>().Refuses(Busy).WithPath("vm", ExampleVm)
            .WithExample(new RebootVm())
            .Describes("Reboot a VM", "GRACEFUL lets the guest shut down first; FORCED resets it. The process stays the same.");
        vms.MapPost("/{vm}/pause", PauseAsync).StartsOperation<OperationResource>().Refuses(Busy).WithPath("vm", ExampleVm)
            .Describes("Pause a VM", "Its vCPUs stand still; it keeps its memory and its room.");
        vms.MapPost("/{vm}/resume", ResumeAsync).StartsOperation<OperationResource>().Refuses(Busy).WithPath("vm", ExampleVm)
            .Describes("Resume a VM", "Its vCPUs run again.");
        vms.MapPost("/{vm}/migrate", MigrateAsync).StartsOperation<OperationResource>().Refuses(Busy).WithPath("vm", ExampleVm)
            .Refuses(ProblemCode.SameHost, ProblemCode.IncompatibleHost, ProblemCode.HostUnavailable, ProblemCode.MigrationLimit,
                ProblemCode.InsufficientCapacity, ProblemCode.ExceedsEveryHost, ProblemCode.Conflict)
            .WithExample("Live, where the scheduler likes", new MigrateVm())
            .WithExample("To a host, while it is off", new MigrateVm { Algorithm = "COLD", Host = "host-2" })
            .Describes("Move a VM to another host", "Live while its guest runs (PRE_COPY, POST_COPY, HYBRID) or while it is off (COLD). "
                + "Until the switch it can be cancelled and is at its host as if nothing had been; POST_COPY and HYBRID cannot be "
                + "cancelled once `transfer` has begun. The operation's `migration` shows phase and bytes. With `validateOnly` its "
                + "`preflight` tells for every host each check.");
    }

    private static Task<Answer> ListAsync(RequestTerms terms, ListTerms list, VmService vms, CancellationToken ct) =>
        vms.ListAsync(terms, list, ct);

    private static Task<Answer> CreateAsync(Body<CreateVm> body, RequestTerms terms, VmService vms, CancellationToken ct) =>
        vms.CreateAsync(body.Value, terms, ct);

    private static Task<Answer> GetAsync(string vm, RequestTerms terms, VmService vms, CancellationToken ct) => vms.GetAsync(vm, terms, ct);

    private static Task<Answer> PatchAsync(string vm, Patch<PatchableVm> patch, RequestTerms terms, VmService vms, CancellationToken ct) =>
        vms.PatchAsync(vm, patch, terms, ct);

    private static Task<Answer> DeleteAsync(string vm, RequestTerms terms, VmService vms, CancellationToken ct) =>
        vms.DeleteAsync(vm, terms, ct);

    private static Task<Answer> StartAsync(string vm, RequestTerms terms, VmService vms, CancellationToken ct) =>
        vms.StartAsync(vm, terms, ct);

    private static Task<Answer> StopAsync(string vm, OptionalBody<StopVm> body, RequestTerms terms, VmService vms, CancellationToken ct) =>
        vms.StopAsync(vm, body.Value, terms, ct);

    private static Task<Answer> RebootAsync(
        string vm, OptionalBody<RebootVm> body, RequestTerms terms, VmService vms, CancellationToken ct) =>
        vms.RebootAsync(vm, body.Value, terms, ct);

    private static Task<Answer> PauseAsync(string vm, RequestTerms terms, VmService vms, CancellationToken ct) =>
        vms.PauseAsync(vm, terms, ct);

    private static Task<Answer> MigrateAsync(
        string vm, OptionalBody<MigrateVm> body, RequestTerms terms, VmService vms, CancellationToken ct) =>
        vms.MigrateAsync(vm, body.Value, terms, ct);

    private static Task<Answer> ResumeAsync(string vm, RequestTerms terms, VmService vms, CancellationToken ct) =>
        vms.ResumeAsync(vm, terms, ct);
}
