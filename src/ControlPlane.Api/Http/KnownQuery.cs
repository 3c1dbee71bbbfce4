using System.Reflection;
using Microsoft.AspNetCore.Mvc;

namespace ControlPlane.Api.Http;

/// <summary>The names of all query parameters a route takes, worked out once when the route is built.</summary>
internal sealed record KnownQuery(IReadOnlyList<string> Names)
{
    public static void Declare(EndpointBuilder builder)
    {
        var path = (builder as RouteEndpointBuilder)?.RoutePattern.Parameters.Select(parameter => parameter.Name) ?? [];
        var own = builder.Metadata.OfType<MethodInfo>().SelectMany(handler => handler.GetParameters()).Where(IsFromQuery);
        foreach (var parameter in own.Where(parameter => !path.Contains(parameter.Name, StringComparer.OrdinalIgnoreCase)).ToList())
        {
            if (builder.Metadata.OfType<QueryParameter>().All(known => known.Name != NameOf(parameter)))
            {
                builder.Metadata.Add(new QueryParameter(NameOf(parameter), "", parameter.ParameterType));
            }
        }

        builder.Metadata.Add(new KnownQuery([.. builder.Metadata.OfType<QueryParameter>().Select(parameter => parameter.Name).Distinct()]));
    }

    private static string NameOf(ParameterInfo parameter) => parameter.GetCustomAttribute<FromQueryAttribute>()?.Name ?? parameter.Name!;

    // What minimal APIs themselves take from the query: texts, and types that can be parsed from one.
    private static bool IsFromQuery(ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        var isParsable = type == typeof(string) || type.IsEnum || type.GetInterfaces().Any(face =>
            face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IParsable<>));
        return parameter.GetCustomAttribute<FromQueryAttribute>() is not null
            || (isParsable && parameter.GetCustomAttribute<FromHeaderAttribute>() is null
                && parameter.GetCustomAttribute<FromRouteAttribute>() is null
                && parameter.GetCustomAttribute<FromServicesAttribute>() is null);
    }
}
