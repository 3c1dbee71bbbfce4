namespace ControlPlane.Api.Events;

/// <summary>Registers the feed of changes.</summary>
public static class EventServices
{
    /// <summary>Registers it.</summary>
    public static WebApplicationBuilder AddEvents(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<EventFeed>();
        return builder;
    }
}
