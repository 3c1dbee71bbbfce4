using ControlPlane.Api.Http.Lists;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Rebalancing;

namespace ControlPlane.Api.Rebalancing;

/// <summary>What lists of plans may be filtered and ordered by.</summary>
public static class RebalancePlanFields
{
    /// <summary>All of them.</summary>
    public static readonly ListFields<RebalancePlanRow> All = ListFields<RebalancePlanRow>
        .By<RebalancePlanId>(plan => plan.Id, RebalancePlanId.TryParse)
        .Enum("goal", plan => plan.Goal)
        .Number("revision", plan => plan.Revision)
        .Time("createTime", plan => plan.CreateTime);
}
