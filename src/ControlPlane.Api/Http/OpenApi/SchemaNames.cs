namespace ControlPlane.Api.Http.OpenApi;

/// <summary>Names of schemas: that of the record, with its arguments before it: `PoolResourceListPage`.</summary>
internal static class SchemaNames
{
    public static string Of(Type type) => type.IsGenericType
        ? string.Concat(type.GetGenericArguments().Select(Of)) + type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]
        : type.Name;
}
