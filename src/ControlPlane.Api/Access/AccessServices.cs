namespace ControlPlane.Api.Access;

internal static class AccessServices
{
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        // The core only: the rest brings a key ring that wants a place on disk, and nothing here signs or encrypts by it.
        services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = BearerAuthentication.SchemeName;
            options.AddScheme<BearerAuthentication>(BearerAuthentication.SchemeName, displayName: null);
        });
        services.AddWebEncoders();
        services.AddTransient<BearerAuthentication>();
        return services;
    }
}
