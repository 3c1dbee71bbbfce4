namespace ControlPlane.Api.Http;

/// <summary>
/// Something read from a request that may have been unreadable. The filter of the group answers the problem before the handler runs.
/// </summary>
internal interface IBoundInput
{
    Problem? Problem { get; }
}
