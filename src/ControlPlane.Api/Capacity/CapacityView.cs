using ControlPlane.Contracts.Capacity;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Api.Capacity;

/// <summary>What was counted, as the client reads it.</summary>
internal static class CapacityView
{
    internal static CapacityFitResource Of(
        PoolId pool, CapacityFit fit, IReadOnlyList<FitRequestShape> shapes, int hosts, LossFitResource? loss, DateTimeOffset now) => new()
    {
        Pool = pool.ToString(),
        Fits = fit.Rounds(),
        Shapes = [.. fit.Shapes().Zip(shapes, (counted, shape) => Of(counted, shape, hosts))],
        Stranded = fit.Stranded().ToDictionary(amount => amount.Resource.ToString(), Of),
        WithLoss = loss,
        CreateTime = now,
    };

    /// <summary>Of one shape that was counted one by one.</summary>
    internal static CapacityFitResource Of(
        PoolId pool, (ShapeFit Fit, bool Stopped) counted, FitRequestShape shape, int hosts, DateTimeOffset now) => new()
    {
        Pool = pool.ToString(),
        Fits = counted.Fit.Fits,
        Shapes = [Of(counted.Fit, shape, hosts) with { AtLeast = counted.Stopped }],
        Stranded = new Dictionary<string, StrandedResource>(),
        WithLoss = null,
        CreateTime = now,
    };

    internal static LossFitResource Of(LossFit loss, FleetSnapshot fleet, long vms, long uncounted) => new()
    {
        Hosts = [.. loss.Lost.Select(host => Of(host, fleet))],
        Fits = loss.Rounds,
        Shapes = loss.Fits,
        Vms = vms,
        Evacuable = loss.Unplaced > 0 ? false : uncounted > 0 ? null : true,
        Unplaced = loss.Unplaced,
        FitsAfterEvacuation = loss.RoundsAfter,
    };

    private static LostHost Of(HostId host, FleetSnapshot fleet) => new() { Host = host.ToString(), Name = fleet.Find(host)?.Name ?? "" };

    private static ShapeFitResource Of(ShapeFit counted, FitRequestShape shape, int hosts) => new()
    {
        Flavor = shape.Flavor,
        Demand = shape.Demand.Resources.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
        Fits = counted.Fits,
        AtLeast = false,
        LimitedBy = Of(counted.LimitedBy),
        Considered = hosts,
        Matching = counted.Matching,
        Fitting = counted.Fitting,
        Limits = counted.Limits.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
    };

    private static FitLimitResource Of(FitLimit limit) => new()
    {
        Kind = limit.Pool is not null ? "POOL" : limit.Resource is not null ? "RESOURCE" : "CHECK",
        Resource = limit.Resource?.ToString(), Pool = limit.Pool?.ToString(), Check = limit.Check,
    };

    private static StrandedResource Of(StrandedAmount amount) => new()
    {
        Free = amount.Free, Stranded = amount.Stranded, Share = amount.Free == 0 ? 0 : amount.Stranded / (double)amount.Free,
    };
}
