using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Http;

/// <summary>The limits that hold before a request is one: connections, headers, the time to send them.</summary>
internal sealed class KestrelLimits(IOptions<HttpLimitsOptions> options) : IConfigureOptions<KestrelServerOptions>
{
    public void Configure(KestrelServerOptions kestrel)
    {
        var (limits, wanted) = (kestrel.Limits, options.Value);
        limits.MaxRequestBodySize = wanted.MaxBodyBytes;
        limits.MaxConcurrentConnections = wanted.MaxConnections;
        limits.MaxRequestHeaderCount = wanted.MaxHeaderCount;
        limits.MaxRequestHeadersTotalSize = wanted.MaxHeaderBytes;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(wanted.HeadersTimeoutSeconds);
    }
}
