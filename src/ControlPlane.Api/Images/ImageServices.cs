using ControlPlane.Api.Http;

namespace ControlPlane.Api.Images;

/// <summary>Registers images.</summary>
public static class ImageServices
{
    /// <summary>Registers them.</summary>
    public static WebApplicationBuilder AddImages(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddChecked<ImageOptions>(ImageOptions.Section);
        services.AddSingleton<ImageStore>();
        services.AddSingleton<QemuImg>();
        services.AddSingleton<ImageAdmission>();
        services.AddSingleton<ImportFolder>();
        services.AddSingleton<ImageImport>();
        services.AddSingleton<ImageService>();
        services.AddSingleton<ImageContentService>();
        return builder;
    }
}
