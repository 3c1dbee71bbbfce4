using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Contracts.Flavors;

namespace ControlPlane.Api.Flavors;

/// <summary><c>/v1/flavors</c>.</summary>
public static class FlavorEndpoints
{
    private const string ExampleFlavor = "small";

    /// <summary>Maps them.</summary>
    public static RouteGroupBuilder MapFlavors(this RouteGroupBuilder v1)
    {
        var flavors = v1.MapGroup("/flavors").WithTags("Flavors");
        flavors.MapGet("/", ListAsync).Lists(FlavorFields.All).Answers<ListPage<FlavorResource>>(200)
            .Describes("List flavors", "Named shapes of VMs, the oldest first.");
        flavors.MapPost("/", CreateAsync).Mutates().Answers<FlavorResource>(201).Refuses(ProblemCode.AlreadyExists)
            .WithExample(new { name = ExampleFlavor, vcpus = 2, memoryMiB = 512, diskGiB = 4, labels = new { family = "general" } })
            .Describes("Make a flavor", "A create names it as `spec.flavor` instead of amounts. The VM keeps the amounts, not the flavor.");
        flavors.MapGet("/{flavor}", GetAsync).WithPath("flavor", ExampleFlavor).Answers<FlavorResource>(200).Refuses(ProblemCode.NotFound)
            .Describes("Read a flavor", "By id or by name.");
        flavors.MapPatch("/{flavor}", PatchAsync).Mutates().WithPath("flavor", ExampleFlavor).Answers<FlavorResource>(200)
            .WithExample(new { memoryMiB = 1024 }).Refuses(ProblemCode.NotFound)
            .Describes("Change a flavor", "A merge patch (RFC 7396). It holds for VMs to come; those there are keep what they have.");
        flavors.MapDelete("/{flavor}", DeleteAsync).Mutates().WithPath("flavor", ExampleFlavor).Answers(204).Refuses(ProblemCode.NotFound)
            .Describes("Remove a flavor", "The VMs made by it stay as they are.");
        return v1;
    }

    private static Task<Answer> ListAsync(RequestTerms terms, ListTerms list, FlavorService flavors, CancellationToken ct) =>
        flavors.ListAsync(terms, list, ct);

    private static Task<Answer> CreateAsync(Body<CreateFlavor> body, RequestTerms terms, FlavorService flavors, CancellationToken ct) =>
        flavors.CreateAsync(body.Value, terms, ct);

    private static Task<Answer> GetAsync(string flavor, RequestTerms terms, FlavorService flavors, CancellationToken ct) =>
        flavors.GetAsync(flavor, terms, ct);

    private static Task<Answer> PatchAsync(
        string flavor, Patch<PatchableFlavor> patch, RequestTerms terms, FlavorService flavors, CancellationToken ct) =>
        flavors.PatchAsync(flavor, patch, terms, ct);

    private static Task<Answer> DeleteAsync(string flavor, RequestTerms terms, FlavorService flavors, CancellationToken ct) =>
        flavors.DeleteAsync(flavor, terms, ct);
}
