using ControlPlane.Api.Http;
using ControlPlane.Api.Vms;
using ControlPlane.Contracts.Placements;

namespace ControlPlane.Api.Placements;

/// <summary><c>/v1/placements</c>.</summary>
public static class PlacementEndpoints
{
    /// <summary>Maps them.</summary>
    public static RouteGroupBuilder MapPlacements(this RouteGroupBuilder v1)
    {
        var placements = v1.MapGroup("/placements").WithTags("Placements");
        placements.MapPost("/explain", ExplainAsync).Answers<PlacementResource>(200).Refuses(ProblemCode.NotFound, ProblemCode.InvalidState)
            .Refuses(ProblemCode.UnknownResourceClass, ProblemCode.ContradictoryConstraints)
            .WithExample(new ExplainPlacement { Spec = new() { Vcpus = 2, MemoryMiB = 512, DiskGiB = 4 } })
            .Describes("Explain a placement", "What would happen to this VM now: for every host each check's need, have and verdict, the "
                + "scores and the choice; where there is no room, whom a create of its priority would stop. Nothing is written and nothing "
                + "is held.");
        placements.MapGet("/{placement}", GetAsync).Answers<PlacementResource>(200).Refuses(ProblemCode.NotFound)
            .Describes("Read a placement", "The kept record of a decision, with every host as the decision saw it.");
        return v1;
    }

    private static Task<Answer> ExplainAsync(
        Body<ExplainPlacement> body, RequestTerms terms, VmCreation creation, CancellationToken ct) =>
        creation.ExplainAsync(body.Value.Pool, body.Value.Spec, terms, ct);

    private static Task<Answer> GetAsync(string placement, RequestTerms terms, PlacementService placements, CancellationToken ct) =>
        placements.GetAsync(terms.Project, placement, ct);
}
