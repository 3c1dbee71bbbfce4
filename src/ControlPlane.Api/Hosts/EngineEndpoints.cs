using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Contracts.Operations;

namespace ControlPlane.Api.Hosts;

/// <summary><c>/v1/hosts/{host}/engines</c>.</summary>
public static class EngineEndpoints
{
    private const string PutSentence =
        "Creates the engine, STOPPED, or configures the one that is there. `resources` are countable things of this engine alone, such as "
        + "gpu; `overcommit` narrows what its VMs may use of the host's classes, and both bounds hold. What is left out becomes what was "
        + "found to work.";

    /// <summary>Maps them.</summary>
    public static RouteGroupBuilder MapEngines(this RouteGroupBuilder v1)
    {
        var engines = v1.MapGroup("/hosts/{host}/engines").WithTags("Engines");
        engines.MapGet("/", ListAsync).OnHost().Answers<ListPage<EngineResource>>(200)
            .Describes("List a host's engines", "At most two: hardware (KVM) and software (emulation).");
        engines.MapGet("/{engine}", GetAsync).OnEngine().Answers<EngineResource>(200)
            .Describes("Read an engine", "`hardware` or `software`. Its condition `Proved` tells whether a guest ran on it, or why not.");
        engines.MapPut("/{engine}", PutAsync).Mutates().OnEngine().Answers<EngineResource>(201).Answers<EngineResource>(200)
            .WithExample(new { overcommit = new { vcpu = 0.5 }, resources = new { gpu = 2 } })
            .Refuses(ProblemCode.UnknownResourceClass, ProblemCode.InsufficientResources, ProblemCode.OperationInProgress)
            .Describes("Create or configure an engine", PutSentence);
        engines.MapDelete("/{engine}", DeleteAsync).Mutates().OnEngine().Answers(204)
            .Refuses(ProblemCode.InvalidState, ProblemCode.OperationInProgress)
            .Describes("Remove an engine", "Only when it is STOPPED and nothing is held on it.");
        engines.MapPost("/{engine}/start", StartAsync).StartsOperation<OperationResource>().OnEngine()
            .Refuses(ProblemCode.InvalidState, ProblemCode.OperationInProgress)
            .Describes("Start an engine", "It takes VMs from then on. Fails with `engine-not-proved` when no guest has run on it.");
        engines.MapPost("/{engine}/stop", StopAsync).StartsOperation<OperationResource>().OnEngine()
            .Refuses(ProblemCode.InvalidState, ProblemCode.OperationInProgress)
            .Describes("Stop an engine", "It takes no new VM from then on. Refused while a VM on it is not STOPPED.");
        return v1;
    }

    private static RouteHandlerBuilder OnHost(this RouteHandlerBuilder route) => route.WithPath("host", "h1").Refuses(ProblemCode.NotFound);

    private static RouteHandlerBuilder OnEngine(this RouteHandlerBuilder route) => route.OnHost().WithPath("engine", "software");

    private static Task<Answer> ListAsync(string host, EngineService engines, CancellationToken ct) => engines.ListAsync(host, ct);

    private static Task<Answer> GetAsync(string host, string engine, EngineService engines, CancellationToken ct) =>
        engines.GetAsync(host, engine, ct);

    private static Task<Answer> PutAsync(
        string host, string engine, Body<EngineTermsDocument> body, RequestTerms terms, EngineService engines, CancellationToken ct) =>
        engines.PutAsync(host, engine, body.Value, terms, ct);

    private static Task<Answer> DeleteAsync(string host, string engine, RequestTerms terms, EngineService engines, CancellationToken ct) =>
        engines.DeleteAsync(host, engine, terms, ct);

    private static Task<Answer> StartAsync(string host, string engine, RequestTerms terms, EngineSwitch engines, CancellationToken ct) =>
        engines.StartAsync(host, engine, terms, ct);

    private static Task<Answer> StopAsync(string host, string engine, RequestTerms terms, EngineSwitch engines, CancellationToken ct) =>
        engines.StopAsync(host, engine, terms, ct);
}
