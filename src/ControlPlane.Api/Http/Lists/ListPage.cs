namespace ControlPlane.Api.Http.Lists;

/// <summary>One page of a list.</summary>
/// <param name="Items">The resources of this page, in the order asked for.</param>
/// <param name="NextPageToken">Gives the next page; null on the last one.</param>
public sealed record ListPage<TWire>(IReadOnlyList<TWire> Items, string? NextPageToken);
