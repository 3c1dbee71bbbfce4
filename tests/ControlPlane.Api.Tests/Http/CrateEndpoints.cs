using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ControlPlane.Api.Tests.Http;

/// <summary>Crates of the tests.</summary>
internal static class CrateEndpoints
{
    private static readonly ListFields<Crate> fields = ListFields<Crate>.By(crate => crate.Name, Same).Text("note", crate => crate.Note);

    public static readonly Crate Kept = new()
    {
        Name = "kept",
        Spec = new CrateSpec { Count = 3, Weight = 7 },
        Note = "a note",
        Labels = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" },
        Items = [new CrateItem("one"), new CrateItem("two", 2)],
    };

    public static void MapCrates(RouteGroupBuilder v1)
    {
        var crates = v1.MapGroup("/crates").WithTags("Crates");
        crates.MapPost("/", Create).Describes("Create a crate", "Makes it.").Mutates().Answers<Crate>(201)
            .Refuses(ProblemCode.AlreadyExists).WithExample(Kept);
        crates.MapGet("/", List).Describes("List crates", "All of them.").Lists(fields).Answers<ListPage<Crate>>(200);
        crates.MapGet("/{crate}", Get).Describes("Read a crate", "One.").Answers<Crate>(200).WithPath("crate", "kept");
        crates.MapPatch("/{crate}", UpdateAsync).Describes("Change a crate", "Some of it.").Mutates().Answers<Crate>(200);
        crates.MapPost("/{crate}/open", Open).Describes("Open a crate", "Takes a while.").StartsOperation<Crate>();
        crates.MapPatch("/{crate}/lid", ChangeLid).Describes("Change a lid", "A patch alone.").Mutates().Answers(204);
        crates.MapPost("/{crate}/lid", ShakeLid).Describes("Shake", "No body.").Mutates().Answers(204);
    }

    private static Answer Create(Body<Crate> body, RequestTerms terms) =>
        Answer.Created($"/v1/crates/{body.Value.Name}", new Seen(body.Value, terms), version: 7);

    private static Answer List(ListTerms list, int? depth) => Answer.Ok(new { list, depth });

    private static Answer Get(string crate) => crate switch
    {
        "kept" => Answer.Ok(Kept, version: 8),
        "fault" => throw new InvalidOperationException("the secret of the inside"),
        "slow" => throw new TimeoutException("the secret of the inside"),
        "full" => throw new IOException("the secret of the inside", 28),
        "raw" => new Answer.Done(200, new RawJson("{\"kept\":1}")) { AppliedWait = TimeSpan.FromSeconds(5) },
        _ => Problem.NotFound("crate", crate).With("near", "kept"),
    };

    private static Answer UpdateAsync(string crate, Patch<Crate> patch, RequestTerms terms)
    {
        if (terms.Stale(8) is { } stale)
        {
            return stale;
        }

        return patch.TryApply(Kept, out var changed, out var problem) ? Answer.Ok(new Seen(changed, terms), version: 9) : problem;
    }

    private static Answer Open(string crate, OptionalBody<OpenCrate> body, RequestTerms terms) =>
        Answer.Accepted($"/v1/operations/{crate}", new { body = body.Value, terms });

    private static Answer ChangeLid(string crate, Patch<CrateLid> patch) => Answer.NoContent();

    private static Answer ShakeLid(string crate, RequestTerms terms) => Answer.NoContent();

    private static bool Same(string text, out string value)
    {
        value = text;
        return true;
    }
}
