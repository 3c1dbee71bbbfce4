using System.Security.Claims;

namespace ControlPlane.Api.Access;

/// <summary>Who a token speaks for.</summary>
public sealed record TokenIdentity(string Name, string Project)
{
    /// <summary>The same as claims, made once for all requests with the token.</summary>
    internal ClaimsPrincipal Principal => field ??= Caller.Of(this, BearerAuthentication.SchemeName);
}
