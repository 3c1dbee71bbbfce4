namespace ControlPlane.Api.AffinityGroups;

/// <summary>Registers affinity groups.</summary>
public static class AffinityGroupServices
{
    /// <summary>Registers them.</summary>
    public static WebApplicationBuilder AddAffinityGroups(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AffinityGroupService>();
        return builder;
    }
}
