using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Flavors;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Images;
using ControlPlane.Core.Names;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Rebalancing;
using ControlPlane.Core.Reservations;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ControlPlane.Api.Persistence;

/// <summary>How each of the domain's value types is kept in a column, wherever it occurs.</summary>
internal static class ColumnTypes
{
    internal static void Apply(ModelConfigurationBuilder configuration)
    {
        configuration.Properties<AffinityGroupId>().HaveConversion<AffinityGroupIdColumn>();
        configuration.Properties<FailureDomain>().HaveConversion<FailureDomainColumn>();
        configuration.Properties<HostId>().HaveConversion<HostIdColumn>();
        configuration.Properties<JoinTokenId>().HaveConversion<JoinTokenIdColumn>();
        configuration.Properties<PoolId>().HaveConversion<PoolIdColumn>();
        configuration.Properties<VmId>().HaveConversion<VmIdColumn>();
        configuration.Properties<FlavorId>().HaveConversion<FlavorIdColumn>();
        configuration.Properties<ImageId>().HaveConversion<ImageIdColumn>();
        configuration.Properties<OperationId>().HaveConversion<OperationIdColumn>();
        configuration.Properties<AllocationId>().HaveConversion<AllocationIdColumn>();
        configuration.Properties<ReservationId>().HaveConversion<ReservationIdColumn>();
        configuration.Properties<PlacementId>().HaveConversion<PlacementIdColumn>();
        configuration.Properties<RebalancePlanId>().HaveConversion<RebalancePlanIdColumn>();
        configuration.Properties<ResourceName>().HaveConversion<ResourceNameColumn>();
        configuration.Properties<ResourceClass>().HaveConversion<ResourceClassColumn>();
        configuration.Properties<Overcommit>().HaveConversion<OvercommitColumn>();
        configuration.Properties<DateTimeOffset>().HaveConversion<TimeColumn>();
        configuration.Properties<Enum>().HaveConversion<string>();
    }

    private sealed class AffinityGroupIdColumn() : ValueConverter<AffinityGroupId, string>(
        id => id.ToString(), text => AffinityGroupId.Parse(text));

    private sealed class FailureDomainColumn() : ValueConverter<FailureDomain, string>(
        domain => domain.ToString(), text => FailureDomain.Parse(text));

    private sealed class HostIdColumn() : ValueConverter<HostId, string>(id => id.ToString(), text => HostId.Parse(text));

    private sealed class JoinTokenIdColumn() : ValueConverter<JoinTokenId, string>(id => id.ToString(), text => JoinTokenId.Parse(text));

    private sealed class PoolIdColumn() : ValueConverter<PoolId, string>(id => id.ToString(), text => PoolId.Parse(text));

    private sealed class VmIdColumn() : ValueConverter<VmId, string>(id => id.ToString(), text => VmId.Parse(text));

    private sealed class FlavorIdColumn() : ValueConverter<FlavorId, string>(id => id.ToString(), text => FlavorId.Parse(text));

    private sealed class ImageIdColumn() : ValueConverter<ImageId, string>(id => id.ToString(), text => ImageId.Parse(text));

    private sealed class OperationIdColumn() : ValueConverter<OperationId, string>(id => id.ToString(), text => OperationId.Parse(text));

    private sealed class AllocationIdColumn() : ValueConverter<AllocationId, string>(id => id.ToString(), text => AllocationId.Parse(text));

    private sealed class ReservationIdColumn() : ValueConverter<ReservationId, string>(
        id => id.ToString(), text => ReservationId.Parse(text));

    private sealed class PlacementIdColumn() : ValueConverter<PlacementId, string>(id => id.ToString(), text => PlacementId.Parse(text));

    private sealed class RebalancePlanIdColumn() : ValueConverter<RebalancePlanId, string>(
        id => id.ToString(), text => RebalancePlanId.Parse(text));

    private sealed class ResourceNameColumn() : ValueConverter<ResourceName, string>(
        name => name.ToString(), text => ResourceName.Parse(text));

    private sealed class ResourceClassColumn() : ValueConverter<ResourceClass, string>(
        resource => resource.ToString(), text => ResourceClass.Parse(text));

    private sealed class OvercommitColumn() : ValueConverter<Overcommit, int>(
        ratio => ratio.Permille, permille => Overcommit.FromPermille(permille));

    // Ticks since year 1, UTC: sortable and exact, where SQLite has no type for a time.
    private sealed class TimeColumn() : ValueConverter<DateTimeOffset, long>(
        time => time.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}
