namespace ControlPlane.Api.Persistence;

/// <summary>A committed change, as told to those who wait for it.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="Kind">VM, HOST, OPERATION…</param>
/// <param name="Id">The resource's id.</param>
public readonly record struct Change(long Revision, string Kind, string Id);
