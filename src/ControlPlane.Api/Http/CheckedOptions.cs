using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Http;

/// <summary>Options that stop the start when they are bad, with a sentence that names the key.</summary>
public static class CheckedOptions
{
    /// <summary>Binds and checks a section: <c>services.AddChecked&lt;LocalHostOptions&gt;("ControlPlane:LocalHost");</c></summary>
    public static IServiceCollection AddChecked<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        SettingsSection<TOptions> Section(IServiceProvider provider) =>
            new(provider.GetRequiredService<IConfiguration>().GetSection(section), provider.GetServices<KnownSection>());

        services.AddSingleton(new KnownSection(section));
        services.AddSingleton<IConfigureOptions<TOptions>>(Section);
        services.AddSingleton<IValidateOptions<TOptions>>(Section);
        services.AddOptions<TOptions>().ValidateOnStart();
        return services;
    }
}
