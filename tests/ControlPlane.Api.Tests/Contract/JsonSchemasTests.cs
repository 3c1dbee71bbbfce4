using System.Text.Json;

namespace ControlPlane.Api.Tests.Contract;

/// <summary>The checker sees what is wrong.</summary>
public sealed class JsonSchemasTests
{
    private const string Document = """
        {"components":{"schemas":{"Leaf":{"type":"object","required":["n"],"additionalProperties":false,
         "properties":{"n":{"type":"integer","format":"int32"},"t":{"type":"string","format":"date-time","nullable":true},
         "w":{"type":"string","enum":["A","B"]}}}}}}
        """;

    [Theory]
    [InlineData("""{"$ref":"#/components/schemas/Leaf"}""", """{"n":1,"t":null,"w":"A"}""", 0)]
    [InlineData("""{"$ref":"#/components/schemas/Leaf"}""", """{"n":1,"t":"2026-01-02T03:04:05.67Z"}""", 0)]
    [InlineData("""{"$ref":"#/components/schemas/Leaf"}""", """{"n":1,"t":"2026-01-02T03:04:05+01:00"}""", 1)]
    [InlineData("""{"$ref":"#/components/schemas/Leaf"}""", """{"n":1,"t":"yesterday"}""", 1)]
    [InlineData("""{"$ref":"#/components/schemas/Leaf"}""", "{}", 1)]
    [InlineData("""{"$ref":"#/components/schemas/Leaf"}""", """{"n":1.5}""", 2)]
    [InlineData("""{"$ref":"#/components/schemas/Leaf"}""", """{"n":null}""", 1)]
    [InlineData("""{"$ref":"#/components/schemas/Leaf"}""", """{"n":1,"w":"C","x":0}""", 2)]
    [InlineData("""{"$ref":"#/components/schemas/Leaf"}""", "null", 1)]
    [InlineData("""{"nullable":true,"allOf":[{"$ref":"#/components/schemas/Leaf"}]}""", "null", 0)]
    [InlineData("""{"type":"array","items":{"$ref":"#/components/schemas/Leaf"}}""", """[{"n":1},{}]""", 1)]
    [InlineData("""{"type":"object","additionalProperties":{"type":"integer"}}""", """{"a":1,"b":"2"}""", 1)]
    [InlineData("""{"oneOf":[{"type":"integer"},{"type":"string"}]}""", "true", 1)]
    [InlineData("""{"oneOf":[{"type":"integer"},{"type":"number"}]}""", "1", 1)]
    [InlineData("""{"anyOf":[{"type":"integer"},{"type":"number"}]}""", "1", 0)]
    [InlineData("""{"type":"integer","minimum":1,"maximum":9}""", "10", 1)]
    public void It_finds_every_fault(string schema, string value, int faults) =>
        Assert.Equal(faults, new JsonSchemas(Read(Document)).Faults(Read(schema), Read(value)).Count);

    [Fact]
    public void It_refuses_to_judge_by_what_it_does_not_know() => Assert.Throws<NotSupportedException>(
        () => new JsonSchemas(Read(Document)).Faults(Read("""{"type":"string","not":{"type":"string"}}"""), Read("\"a\"")));

    private static JsonElement Read(string json) => JsonDocument.Parse(json).RootElement;
}
