using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ControlPlane.Api.Tests.Contract;

/// <summary>What the service promises changes only on purpose: its document is compared with the one that is committed.</summary>
public sealed class OpenApiGoldenTests(ServedDocument served) : IClassFixture<ServedDocument>
{
    private const string Switch = "CONTROLPLANE_GOLDEN";
    private const int ShownLines = 12;
    private static readonly JsonSerializerOptions written = new()
    {
        WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public async Task The_document_is_the_committed_one()
    {
        var document = $"{Sorted(JsonNode.Parse(served.Text))!.ToJsonString(written)}\n";
        if (Environment.GetEnvironmentVariable(Switch) == "write") { await File.WriteAllTextAsync(GoldenPath(), document); }

        var golden = File.Exists(GoldenPath()) ? await File.ReadAllTextAsync(GoldenPath()) : "";

        Assert.True(golden == document, Difference(golden.Split('\n'), document.Split('\n')));
    }

    private static string Difference(string[] golden, string[] now)
    {
        var same = golden.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        IEnumerable<string> lines = [
            $"The API document differs from {GoldenPath()} from line {same + 1}.",
            .. golden.Skip(same).Take(ShownLines).Select(line => $"- {line}"),
            .. now.Skip(same).Take(ShownLines).Select(line => $"+ {line}"),
            $"If that is meant: {Switch}=write dotnet test tests/ControlPlane.Api.Tests --filter {nameof(OpenApiGoldenTests)}",
        ];
        return string.Join('\n', lines);
    }

    // Members in ordinal order, so that the order of registration does not matter; arrays mean what they say.
    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static string GoldenPath([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "openapi.json");
}
