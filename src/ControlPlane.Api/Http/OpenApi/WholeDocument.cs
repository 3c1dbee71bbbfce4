using System.Reflection;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ControlPlane.Api.Http.OpenApi;

/// <summary>
/// What belongs to the document as a whole: the problem schema, the words for each tag, and that no two operations share a name.
/// </summary>
internal sealed class WholeDocument : IDocumentFilter
{
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        context.SchemaRepository.Schemas[ProblemSchema.Name] = ProblemSchema.Create();
        swaggerDoc.Tags = Tags(context).ToHashSet();
        MakeNamesUnique(swaggerDoc);
    }

    private static IEnumerable<OpenApiTag> Tags(DocumentFilterContext context) => context.ApiDescriptions
        .Select(api => api.ActionDescriptor.EndpointMetadata)
        .SelectMany(route => route.OfType<ITagsMetadata>().SelectMany(tags => tags.Tags), (route, tag) => (Tag: tag, Route: route))
        .GroupBy(pair => pair.Tag)
        .OrderBy(same => same.Key, StringComparer.Ordinal)
        .Select(same => new OpenApiTag
        {
            Name = same.Key,
            Description = same.Select(pair => pair.Route.OfType<MethodInfo>().FirstOrDefault()?.DeclaringType)
                .Select(Summary)
                .FirstOrDefault(text => text is not null),
        });

    // The first sentence over an endpoints class says what its tag is about.
    private static string? Summary(Type? owner)
    {
        var comments = owner is null ? null : Path.Combine(AppContext.BaseDirectory, $"{owner.Assembly.GetName().Name}.xml");
        return comments is null || !File.Exists(comments) ? null : XDocument.Load(comments)
            .Descendants("member")
            .FirstOrDefault(member => member.Attribute("name")?.Value == $"T:{owner!.FullName}")
            ?.Element("summary")?.Value.Trim();
    }

    private static void MakeNamesUnique(OpenApiDocument document)
    {
        foreach (var (_, _, operation) in SameNames(document))
        {
            operation.OperationId = operation.Metadata?[RouteShapes.LongerName] as string;
        }

        foreach (var (method, path, operation) in SameNames(document))
        {
            operation.OperationId = OperationNames.OfPath(method, path);
        }
    }

    private static List<(string Method, string Path, OpenApiOperation Operation)> SameNames(OpenApiDocument document) =>
        [.. document.Paths
            .SelectMany(
                path => path.Value.Operations ?? [], (path, pair) => (Method: pair.Key.Method, Path: path.Key, Operation: pair.Value))
            .GroupBy(operation => operation.Operation.OperationId)
            .Where(same => string.IsNullOrEmpty(same.Key) || same.Count() > 1)
            .SelectMany(same => same)];
}
