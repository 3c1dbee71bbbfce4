using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ControlPlane.Api.Http.OpenApi;

/// <summary>The API document at /openapi/v1.json and its page at /swagger.</summary>
internal static class ApiDocumentSetup
{
    private const string Version = ApiDocument.Name;
    private const string DocumentPath = $"/openapi/{Version}.json";
    private const string BearerScheme = "bearer";

    public static IServiceCollection AddApiDocument(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSingleton<ISerializerDataContractResolver>(new JsonSerializerDataContractResolver(Wire.Plain));
        services.AddSwaggerGen(Describe);
        services.AddSingleton<ApiDocument>();
        return services;
    }

    public static WebApplication UseApiDocument(this WebApplication app)
    {
        // Only there: it looks at each request with a pattern of its own.
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/swagger"), branch => branch.UseSwaggerUI(page =>
        {
            page.RoutePrefix = "swagger";
            page.DocumentTitle = "ControlPlane API";
            page.SwaggerEndpoint(DocumentPath, "ControlPlane v1");
            page.EnablePersistAuthorization();
            page.EnableTryItOutByDefault();
            page.EnableDeepLinking();
            page.EnableFilter();
            page.DisplayRequestDuration();
            page.DisplayOperationId();
            page.DefaultModelsExpandDepth(0);
        }));
        return app;
    }

    public static IEndpointRouteBuilder MapApiDocument(this IEndpointRouteBuilder app)
    {
        app.MapGet(DocumentPath, WriteAsync).ExcludeFromDescription();
        return app;
    }

    private static async Task<IResult> WriteAsync(ApiDocument document) =>
        Results.Bytes(await document.WriteAsync(), "application/json; charset=utf-8");

    private static void Describe(SwaggerGenOptions swagger)
    {
        swagger.SwaggerDoc(Version, new OpenApiInfo { Title = "ControlPlane", Version = Version, Description = Introduction });
        swagger.SupportNonNullableReferenceTypes();
        swagger.UseAllOfToExtendReferenceSchemas();
        swagger.CustomSchemaIds(SchemaNames.Of);
        foreach (var comments in Directory.EnumerateFiles(AppContext.BaseDirectory, "ControlPlane.*.xml").Order(StringComparer.Ordinal))
        {
            swagger.IncludeXmlComments(comments);
        }

        swagger.AddSecurityDefinition(BearerScheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A token, such as the one in the file `bootstrap-token` of the data directory. "
                + "Give the token alone, without the word Bearer.",
        });
        swagger.AddSecurityRequirement(document =>
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerScheme, document)] = [] });
        swagger.SchemaFilter<WireSchemas>();
        swagger.OperationFilter<RouteShapes>();
        swagger.DocumentFilter<WholeDocument>();
    }

    private const string Introduction =
        """
        A fleet of hosts, and virtual machines on them.

        **Errors** are `application/problem+json` (RFC 9457); `code` says what is true, `retry` what to do about it.
        **Calls that take time** answer 202 with an operation; `Prefer: wait=30` waits for its end.
        **Changes** may be tried with `?validateOnly=true`, made safe to repeat with `Idempotency-Key` (POST), and guarded with `If-Match`.
        **Lists** take `pageSize`, `pageToken`, `filter` and `orderBy`.
        A filter compares fields with `=`, `!=`, `<`, `<=`, `>`, `>=`, or `:` (contains),
        joined by `AND`, `OR`, `NOT` and parentheses: `state = RUNNING AND (name:web OR name = db-1)`.
        Wherever a path names a resource, its id or its name may stand.
        """;
}
