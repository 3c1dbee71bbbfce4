using ControlPlane.Api.Http.Lists;
using ControlPlane.Core.Names;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Reservations;

namespace ControlPlane.Api.Reservations;

/// <summary>What lists of reservations may be filtered and ordered by.</summary>
public static class ReservationFields
{
    /// <summary>All of them.</summary>
    public static readonly ListFields<Reservation> All = ListFields<Reservation>
        .By<ReservationId>(reservation => reservation.Id, ReservationId.TryParse)
        .Value<ResourceName>("name", reservation => reservation.Name, ResourceName.TryParse)
        .Enum("state", reservation => reservation.State)
        .Value<PoolId>("pool", reservation => reservation.Pool, PoolId.TryParse)
        .Time("expireTime", reservation => reservation.ExpireTime)
        .Time("createTime", reservation => reservation.CreateTime)
        .Time("updateTime", reservation => reservation.UpdateTime);
}
