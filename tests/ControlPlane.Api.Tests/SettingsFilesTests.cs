using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests;

public sealed class SettingsFilesTests : IAsyncLifetime
{
    private ServiceFixture service = null!;

    public async Task InitializeAsync() => service = await ServiceFixture.StartAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public void Nobody_watches_the_folder_the_service_was_started_in()
    {
        var files = ((IConfigurationRoot)service.Services.GetRequiredService<IConfiguration>()).Providers
            .SelectMany(Within).OfType<FileConfigurationProvider>().ToList();

        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, file => file.Source.ReloadOnChange);
    }

    private static IEnumerable<IConfigurationProvider> Within(IConfigurationProvider provider) =>
        provider is ChainedConfigurationProvider { Configuration: IConfigurationRoot chained } ? chained.Providers.SelectMany(Within) : [provider];
}
