using ControlPlane.Api.Http;
using ControlPlane.Contracts.Operations;
using ControlPlane.Contracts.Vms;

namespace ControlPlane.Api.Vms.Batches;

/// <summary><c>/v1/vms:batch</c>.</summary>
public static class VmBatchEndpoints
{
    private const string Description =
        "Up to 1,000 VMs, each as in a create of its own, by one operation (kind BATCH_CREATE_VMS) with a CREATE_VM operation per VM as "
        + "its `children`. Room is claimed for the largest VM first. `ALL_OR_NOTHING`: all claims are taken in one commit, or the call is "
        + "refused with the `index` of the VM that could not be had; a VM that fails afterwards, in the making, fails the batch, and the "
        + "others are removed. `BEST_EFFORT`: each for itself; the operation's `response` says for each what became of it. Cancelling "
        + "the batch cancels its children; with `ALL_OR_NOTHING` it also removes the VMs that were made already.";

    /// <summary>Maps it.</summary>
    public static RouteGroupBuilder MapVmBatches(this RouteGroupBuilder v1)
    {
        v1.MapPost("/vms:batch", CreateAsync).WithTags("VMs").StartsOperation<OperationResource>()
            .Refuses(ProblemCode.NotFound, ProblemCode.AlreadyExists, ProblemCode.InvalidState, ProblemCode.InsufficientCapacity,
                ProblemCode.ExceedsEveryHost, ProblemCode.InsufficientResources, ProblemCode.UnknownResourceClass)
            .WithExample(Example).Describes("Create many VMs", Description);
        return v1;
    }

    private static CreateVmBatch Example => new()
    {
        Mode = "ALL_OR_NOTHING",
        Vms =
        [
            new() { Name = "batch-1", Spec = new() { Vcpus = 1, MemoryMiB = 256, DiskGiB = 1 } },
            new() { Name = "batch-2", Spec = new() { Vcpus = 1, MemoryMiB = 256, DiskGiB = 1 } },
        ],
    };

    private static Task<Answer> CreateAsync(
        Body<CreateVmBatch> body, RequestTerms terms, VmBatchService batches, CancellationToken ct) =>
        batches.CreateAsync(body.Value, terms, ct);
}
