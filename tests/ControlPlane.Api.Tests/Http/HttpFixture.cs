namespace ControlPlane.Api.Tests.Http;

/// <summary>One running <see cref="HttpTestApp"/> for all tests of a class.</summary>
public sealed class HttpFixture : IAsyncLifetime
{
    public HttpTestApp App { get; private set; } = null!;

    public async Task InitializeAsync() => App = await HttpTestApp.StartAsync();

    public async Task DisposeAsync() => await App.DisposeAsync();
}
