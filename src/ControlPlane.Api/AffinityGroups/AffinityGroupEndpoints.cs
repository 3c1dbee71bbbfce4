using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Contracts.AffinityGroups;

namespace ControlPlane.Api.AffinityGroups;

/// <summary>Groups of VMs that want to be together or apart: <c>/v1/affinity-groups</c>.</summary>
public static class AffinityGroupEndpoints
{
    private const string Path = "/{group}";

    private const string MakeSentence =
        "A VM joins by `spec.placement.affinityGroup`. AFFINITY keeps the group's VMs in one domain, where the first is free to choose, "
        + "and HARD goes where there is most room for others like it; ANTI_AFFINITY in no two the same. `scope` is the domain: HOST, "
        + "ZONE, or `label:` and a key. SOFT refuses no place, it ranks.";

    /// <summary>Maps them.</summary>
    public static RouteGroupBuilder MapAffinityGroups(this RouteGroupBuilder v1)
    {
        var groups = v1.MapGroup("/affinity-groups").WithTags("Affinity groups");
        groups.MapGet("/", ListAsync).Lists(AffinityGroupFields.All).Answers<ListPage<AffinityGroupResource>>(200)
            .Describes("List affinity groups", "The oldest first.");
        groups.MapPost("/", CreateAsync).Mutates().Answers<AffinityGroupResource>(201)
            .WithExample(new CreateAffinityGroup { Name = "web", Policy = "ANTI_AFFINITY", Scope = "label:rack" })
            .Refuses(ProblemCode.AlreadyExists)
            .Describes("Make an affinity group", MakeSentence);
        groups.MapGet(Path, GetAsync).WithPath("group", "web").Answers<AffinityGroupResource>(200).Refuses(ProblemCode.NotFound)
            .Describes("Read an affinity group", "By id or by name.");
        groups.MapPatch(Path, PatchAsync).Mutates().WithPath("group", "web").Answers<AffinityGroupResource>(200)
            .WithExample(new { strictness = "SOFT" }).Refuses(ProblemCode.NotFound)
            .Describes("Change an affinity group", "A merge patch (RFC 7396). VMs stay where they are; placements to come follow it.");
        groups.MapDelete(Path, DeleteAsync).Mutates().WithPath("group", "web").Answers(204)
            .Refuses(ProblemCode.NotFound, ProblemCode.InvalidState)
            .Describes("Remove an affinity group", "Refused while VMs are in it.");
        return v1;
    }

    private static Task<Answer> ListAsync(RequestTerms terms, ListTerms list, AffinityGroupService groups, CancellationToken ct) =>
        groups.ListAsync(terms, list, ct);

    private static Task<Answer> CreateAsync(
        Body<CreateAffinityGroup> body, RequestTerms terms, AffinityGroupService groups, CancellationToken ct) =>
        groups.CreateAsync(body.Value, terms, ct);

    private static Task<Answer> GetAsync(string group, RequestTerms terms, AffinityGroupService groups, CancellationToken ct) =>
        groups.GetAsync(group, terms, ct);

    private static Task<Answer> PatchAsync(
        string group, Patch<PatchableAffinityGroup> patch, RequestTerms terms, AffinityGroupService groups, CancellationToken ct) =>
        groups.PatchAsync(group, patch, terms, ct);

    private static Task<Answer> DeleteAsync(string group, RequestTerms terms, AffinityGroupService groups, CancellationToken ct) =>
        groups.DeleteAsync(group, terms, ct);
}
