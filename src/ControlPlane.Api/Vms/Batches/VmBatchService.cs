using ControlPlane.Api.Flavors;
using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Api.Vms.Batches;

/// <summary>Accepts batches of VMs: all of one in its own turn, or the first of many turns.</summary>
public sealed class VmBatchService(Mutations mutations, VmCreation creation, OperationStarter operations)
{
    /// <summary>202 with the operation, or why not.</summary>
    public async Task<Answer> CreateAsync(CreateVmBatch body, RequestTerms terms, CancellationToken ct)
    {
        var answer = await mutations.RunAsync(terms, session => AcceptAsync(session, body, terms), ct);
        return await operations.AnswerAsync(answer, terms, ct);
    }

    private async Task<Answer> AcceptAsync(StoreSession session, CreateVmBatch body, RequestTerms terms)
    {
        var batch = await OfAsync(session, body);
        var id = new OperationId(Guid.CreateVersion7(session.Now));
        // A rehearsal goes through all of them, since nothing comes after it.
        var most = batch.AllOrNothing || terms.ValidateOnly ? batch.Items.Count : VmBatchTables.VmsPerTurn;
        var behalf = ChildOperations.TermsFor(id, terms.Project, terms.Actor);
        if (await batch.AdmitAsync(session, creation, behalf, most) is { } refusal) { return refusal; }
        var step = batch.AllOrNothing ? VmBatchTables.CreateAll : VmBatchTables.CreateEach;
        var operation = OperationStarter.Begin(session, terms, OperationKind.BatchCreateVms, "vms", [step], batch, id);
        (operation.Parts, operation.Refused) = (batch.Items.Count, batch.Refused);
        foreach (var item in batch.Items.Where(item => item.Code is not null))
        {
            operation.Warn($"VM '{item.Name}' was refused: {item.Detail}");
        }
        operation.Begin(0, session.Now);
        await session.SaveAsync();
        return operations.Accepted(operation, [.. batch.Items.Select(item => item.Operation).OfType<OperationId>()]);
    }

    private static async Task<VmBatch> OfAsync(StoreSession session, CreateVmBatch body)
    {
        var (items, sizes) = (new List<VmBatchItem>(body.Vms.Count), new List<ResourceVector>(body.Vms.Count));
        foreach (var vm in body.Vms)
        {
            // A flavor is what it is now, whenever the VM's turn comes; one that there is not is refused then.
            var (known, _) = await FlavorChoice.ResolveAsync(() => session.Db, vm.Spec);
            items.Add(new() { Name = vm.Name, Wanted = vm with { Spec = known ?? vm.Spec } });
            sizes.Add(known is null ? ResourceVector.Empty : VmSpecs.Demand(known));
        }
        return new()
        {
            AllOrNothing = body.Mode == "ALL_OR_NOTHING", Items = items, Order = LargestFirst.Of(session.Fleet, sizes),
        };
    }
}
