using System.Text.Encodings.Web;
using ControlPlane.Api.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Access;

/// <summary>
/// Reads `Authorization: Bearer …`. The directory is asked by hash, so no comparison here can leak the token by its time.
/// </summary>
internal sealed class BearerAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, ITokenDirectory tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string SchemeName = "Bearer";

    public static readonly Problem Missing = new(ProblemCode.Unauthenticated, "Send Authorization: Bearer with a valid token.");

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // What everybody may ask, such as whether the service lives, is answered without the store.
        if (!GuardedPaths.Contain(Request.Path)) { return AuthenticateResult.NoResult(); }
        if (Request.Headers.Authorization is not [{ } header] || !header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        var token = header["Bearer ".Length..].Trim();
        if (token.Length is 0 or > AccessToken.MaxLength)
        {
            return AuthenticateResult.NoResult();
        }

        return await tokens.FindAsync(AccessToken.Hash(token), Context.RequestAborted) is { } identity
            ? AuthenticateResult.Success(new AuthenticationTicket(identity.Principal, SchemeName))
            : AuthenticateResult.NoResult();
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => Problems.WriteAsync(Context, Missing);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problems.WriteAsync(Context, new Problem(ProblemCode.PermissionDenied, "The token does not allow this."));
}
