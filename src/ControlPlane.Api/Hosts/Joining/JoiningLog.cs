using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;

namespace ControlPlane.Api.Hosts.Joining;

internal static partial class JoiningLog
{
    [LoggerMessage(4101, LogLevel.Information, "The fleet's authority was made; SHA-256 of its certificate {Fingerprint}")]
    internal static partial void AuthorityMade(ILogger logger, string fingerprint);

    [LoggerMessage(4102, LogLevel.Information, "Join token {TokenId} made, good until {ExpireTime}")]
    internal static partial void TokenMade(ILogger logger, JoinTokenId tokenId, DateTimeOffset expireTime);

    [LoggerMessage(4103, LogLevel.Information, "Host {HostId} {Name} joined by token {TokenId}")]
    internal static partial void Joined(ILogger logger, HostId hostId, ResourceName name, JoinTokenId tokenId);

    [LoggerMessage(4104, LogLevel.Warning, "A join was refused: {Code}, token {TokenId}")]
    internal static partial void JoinRefused(ILogger logger, string code, string tokenId);

    [LoggerMessage(4105, LogLevel.Information, "Host {HostId} has a new certificate, good until {ExpireTime}")]
    internal static partial void Renewed(ILogger logger, HostId hostId, DateTimeOffset expireTime);

    [LoggerMessage(4106, LogLevel.Warning, "The certificates of host {HostId} {Name} were revoked: {Count}")]
    internal static partial void Revoked(ILogger logger, HostId hostId, ResourceName name, int count);
}
