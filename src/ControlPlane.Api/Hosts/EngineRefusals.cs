using ControlPlane.Api.Http;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;

namespace ControlPlane.Api.Hosts;

/// <summary>Why something cannot be done to an engine.</summary>
internal static class EngineRefusals
{
    internal static Problem Missing(EngineSeat seat) => new(ProblemCode.NotFound,
        $"Host {seat.Host.Name} has no {EnginePath.WordOf(seat.Kind)} engine; PUT it to create one.");

    internal static Problem InState(EngineSeat seat, Engine engine, string advice) => new(ProblemCode.InvalidState,
        $"State of {seat.Words}: {Words.Of(engine.State)}; {advice}.");

    internal static Problem TooLittle(EngineSeat seat) => new(ProblemCode.InsufficientResources,
        $"On {seat.Words} {Held(seat)} are held, which is more than the new terms allow; leave more, or give some back first.");

    internal static Problem InUse(EngineSeat seat) => new(ProblemCode.InvalidState,
        $"On {seat.Words} {Held(seat)} are held; delete those VMs and allocations first.");

    /// <summary>A ratio given for a class that neither the host nor the engine has.</summary>
    internal static Problem? UnknownClass(EngineSeat seat, EngineTermsDocument wanted)
    {
        var unknown = wanted.Overcommit.Keys.Order(StringComparer.Ordinal).FirstOrDefault(resource =>
            seat.Host.Of(null, ResourceClass.Parse(resource)) is null && !wanted.Resources.ContainsKey(resource));
        return unknown is null ? null : new Problem(ProblemCode.UnknownResourceClass,
            $"Neither host {seat.Host.Name} nor the engine's own resources have the class '{unknown}', for which overcommit is given.");
    }

    private static string Held(EngineSeat seat) => string.Join(", ", seat.Host.Inventory
        .Where(entry => entry.Engine == seat.Kind && entry.Used > 0).OrderBy(entry => entry.Resource)
        .Select(entry => $"{entry.Used} {entry.Resource}"));
}
