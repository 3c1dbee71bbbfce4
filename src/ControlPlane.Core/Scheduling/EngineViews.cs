using ControlPlane.Core.Hosts;

namespace ControlPlane.Core.Scheduling;

/// <summary>Which engine a view is of.</summary>
internal static class EngineViews
{
    internal static EngineSnapshot? EngineOf(HostSnapshot host, EngineView view)
    {
        if (KindOf(view) is not { } kind) { return null; }
        for (var i = 0; i < host.Engines.Count; i++)
        {
            if (host.Engines[i].Kind == kind) { return host.Engines[i]; }
        }
        return null;
    }

    private static EngineKind? KindOf(EngineView view) => view switch
    {
        EngineView.None => null,
        EngineView.Hardware => EngineKind.Hardware,
        EngineView.Software => EngineKind.Software,
    };
}
