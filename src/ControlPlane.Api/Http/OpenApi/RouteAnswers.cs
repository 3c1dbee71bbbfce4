using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ControlPlane.Api.Http.OpenApi;

/// <summary>The answers of an operation: its successes with their headers, and every problem that such a call may meet.</summary>
internal sealed class RouteAnswers(OperationFilterContext context, IList<object> route, string verb)
{
    public OpenApiResponses All()
    {
        var responses = new OpenApiResponses();
        foreach (var answer in route.OfType<AnswerShape>().OrderBy(answer => answer.Status))
        {
            responses[$"{answer.Status}"] = Success(answer);
        }

        foreach (var refusals in Refusals().Distinct().GroupBy(code => code.Status).OrderBy(codes => codes.Key))
        {
            responses[$"{refusals.Key}"] = Problem(refusals);
        }

        return responses;
    }

    private OpenApiResponse Success(AnswerShape answer) => new()
    {
        Description = answer.Status switch
        {
            StatusCodes.Status201Created => "Made.",
            StatusCodes.Status202Accepted => "The operation goes on after this answer.",
            StatusCodes.Status204NoContent => "Done; there is nothing to say.",
            _ when route.OfType<MutationShape>().Any() && route.OfType<WaitShape>().Any() => "The operation is done.",
            _ => "Done.",
        },
        Headers = Headers(answer).ToDictionary(header => header.Name, IOpenApiHeader (header) => header.Header),
        Content = answer.Body is null ? null : new Dictionary<string, IOpenApiMediaType>
        {
            [answer.MediaType] = new OpenApiMediaType
            {
                Schema = context.SchemaGenerator.GenerateSchema(answer.Body, context.SchemaRepository),
            },
        },
    };

    private IEnumerable<(string Name, OpenApiHeader Header)> Headers(AnswerShape answer)
    {
        // The operation of a call on something else: its ETag here would be taken for that thing's.
        var startsOperation = route.OfType<MutationShape>().Any() && route.OfType<WaitShape>().Any();
        if (!startsOperation && answer.Body is { } body && HasEtag(body))
        {
            yield return ("ETag", Header("The version, for If-Match."));
        }

        if (answer.Status is StatusCodes.Status201Created or StatusCodes.Status202Accepted)
        {
            yield return ("Location", Header("Where to read it."));
        }

        if (answer.Status == StatusCodes.Status200OK && route.OfType<WaitShape>().Any())
        {
            yield return ("Preference-Applied", Header("The wait that was honoured."));
        }
    }

    private static bool HasEtag(Type type) =>
        Wire.Plain.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } shape
        && shape.Properties.Any(property => property.Name == "etag");

    private static OpenApiHeader Header(string description) =>
        new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private IEnumerable<ProblemCode> Refusals()
    {
        var (mutates, upload) = (route.OfType<MutationShape>().Any(), route.OfType<UploadLimit>().Any());
        var hasBody = upload || route.OfType<BodyShape>().Any();
        return
        [
            ProblemCode.ValidationFailed, ProblemCode.Unauthenticated, ProblemCode.RateLimited, ProblemCode.Internal,
            ProblemCode.Unavailable,
            .. Where(context.ApiDescription.RelativePath?.Contains('{') == true, ProblemCode.NotFound),
            .. Where(hasBody, ProblemCode.PayloadTooLarge, ProblemCode.UnsupportedMediaType),
            .. Where(mutates, ProblemCode.Conflict, ProblemCode.StorageFull),
            .. Where(mutates && verb == "POST", ProblemCode.IdempotencyMismatch),
            .. Where(mutates && verb is "PATCH" or "PUT" or "DELETE", ProblemCode.EtagMismatch),
            .. Where(mutates && route.OfType<WaitShape>().Any(), ProblemCode.OperationInProgress),
            .. route.OfType<RefusalShape>().SelectMany(refusal => refusal.Codes),
        ];
    }

    private static IEnumerable<ProblemCode> Where(bool applies, params ProblemCode[] codes) => applies ? codes : [];

    private OpenApiResponse Problem(IEnumerable<ProblemCode> codes) => new()
    {
        Description = string.Join(
            " ", codes.OrderBy(code => code.Text, StringComparer.Ordinal).Select(code => $"`{code.Text}`: {code.Title}.")),
        Headers = codes.All(code => code.RetryAfterSeconds is null) ? null : new Dictionary<string, IOpenApiHeader>
        {
            ["Retry-After"] = new OpenApiHeader { Description = "Seconds.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } },
        },
        Content = new Dictionary<string, IOpenApiMediaType>
        {
            [Problems.MediaType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(ProblemSchema.Name, context.Document) },
        },
    };
}
