using System.Security.Claims;

namespace ControlPlane.Api.Access;

/// <summary>The authenticated caller as claims, and back.</summary>
public static class Caller
{
    public const string DefaultProject = "default";

    private const string Anonymous = "anonymous";
    private const string ProjectClaim = "project";

    public static ClaimsPrincipal Of(TokenIdentity identity, string scheme) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.Name, $"token:{identity.Name}"), new Claim(ProjectClaim, identity.Project)], scheme));

    /// <summary>`token:name`, or `anonymous` on open paths.</summary>
    public static string Actor(ClaimsPrincipal user) => user.Identity?.Name ?? Anonymous;

    public static string Project(ClaimsPrincipal user) => user.FindFirstValue(ProjectClaim) ?? DefaultProject;
}
