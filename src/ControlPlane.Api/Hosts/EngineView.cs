using ControlPlane.Api.Http;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Hosts;

namespace ControlPlane.Api.Hosts;

/// <summary>An engine as the client reads it.</summary>
internal static class EngineView
{
    internal static EngineResource Of(Host host, Engine engine) => new()
    {
        Kind = Words.Of(engine.Kind),
        State = Words.Of(engine.State),
        Proved = engine.Proved,
        CpuModel = engine.CpuModel,
        MachineType = engine.MachineType,
        Resources = host.Inventory.Where(entry => entry.Engine == engine.Kind).OrderBy(entry => entry.Resource)
            .ToDictionary(entry => entry.Resource.ToString(), Of),
        Conditions = ConditionView.Of(engine.Conditions),
        Etag = Answers.Etag(engine.Version),
    };

    private static EngineClass Of(Inventory entry) => new() { Total = entry.Total, Overcommit = entry.Overcommit.Ratio, Used = entry.Used };
}
