using ControlPlane.Api.Http;

namespace ControlPlane.Api.Tests.Http;

/// <summary>What a handler got, told back to the test.</summary>
internal sealed record Seen(Crate Crate, RequestTerms Terms);
