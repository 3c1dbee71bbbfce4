using System.Text.Json.Nodes;

namespace ControlPlane.Api.Tests.Hosts;

/// <summary>What came back.</summary>
public sealed record Reply(int Status, JsonNode? Body, string? Etag, string? Location, string? RetryAfter)
{
    /// <summary>The problem's code.</summary>
    public string? Code => Text("code");

    /// <summary>The problem's sentence.</summary>
    public string Detail => Text("detail") ?? "";

    /// <summary>The paths that have faults.</summary>
    public IEnumerable<string> Faults => this["errors"]?.AsObject().Select(error => error.Key) ?? [];

    /// <summary>A member of the body.</summary>
    public JsonNode? this[string member] => (Body as JsonObject)?[member];

    /// <summary>A member that is text.</summary>
    public string? Text(string member) => this[member]?.GetValue<string>();

    /// <summary>A member that is text and there.</summary>
    public string Id => Text("id")!;
}
