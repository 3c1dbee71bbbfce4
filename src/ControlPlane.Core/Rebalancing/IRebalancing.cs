namespace ControlPlane.Core.Rebalancing;

/// <summary>Adds the moves of one goal to a plan. One small class per goal.</summary>
internal interface IRebalancing
{
    /// <summary>Moves VMs in the draft, one after another, as long as that helps and the draft's limits allow it.</summary>
    void Improve(PlanDraft draft);
}
