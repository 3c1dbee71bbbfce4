using System.Text.Json;

namespace ControlPlane.Api.Tests.Contract;

/// <summary>The whole service and the document it serves of itself.</summary>
public sealed class ServedDocument : ServiceFixture
{
    public ServedDocument() => Settings = [("ControlPlane:AgentEndpoint:Url", "https://127.0.0.1:0")];

    public string Text { get; private set; } = null!;

    public JsonElement Root { get; private set; }

    /// <summary>Every operation: its verb in capitals, its path as a template, and what the document says of it.</summary>
    public IEnumerable<(string Verb, string Path, JsonElement Operation)> Operations =>
        from path in Root.GetProperty("paths").EnumerateObject()
        from verb in path.Value.EnumerateObject()
        select (verb.Name.ToUpperInvariant(), path.Name, verb.Value);

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Text = await Client.GetStringAsync("/openapi/v1.json");
        Root = JsonDocument.Parse(Text).RootElement;
    }
}
