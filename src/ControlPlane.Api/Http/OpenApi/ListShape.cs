namespace ControlPlane.Api.Http.OpenApi;

/// <summary>The fields that a list's filter and order may name, each with what it holds.</summary>
internal sealed record ListShape(IReadOnlyList<string> Filterable, IReadOnlyList<string> Sortable);
