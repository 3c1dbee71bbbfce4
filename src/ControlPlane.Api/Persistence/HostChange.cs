using ControlPlane.Core.Hosts;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Api.Persistence;

/// <summary>One change of one host, for its history.</summary>
/// <param name="Host">Which.</param>
/// <param name="Revision">The change's revision.</param>
/// <param name="Snapshot">As it is since; null when it is gone.</param>
/// <param name="Shape">The hash of its shape; null when it is gone.</param>
/// <param name="NewShape">The shape's content when it may not be in the store yet.</param>
internal sealed record HostChange(HostId Host, long Revision, HostSnapshot? Snapshot, string? Shape, string? NewShape)
{
    internal static HostChange Reshaped(long revision, HostSnapshot snapshot)
    {
        var (hash, content) = HostHistory.ShapeOf(snapshot);
        return new(snapshot.Id, revision, snapshot, hash, content);
    }
}
