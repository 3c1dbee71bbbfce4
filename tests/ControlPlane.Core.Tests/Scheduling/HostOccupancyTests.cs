using ControlPlane.Core.Scheduling;
using CsCheck;

namespace ControlPlane.Core.Tests.Scheduling;

public class HostOccupancyTests
{
    private static readonly Gen<Occupant> Occupants = Gen.Select(
        Gen.Int[1, 3], Gen.Int[0, 3], Gen.Bool, Gen.Int[0, 4], (pool, group, dedicated, end) =>
            new Occupant(new(Id(pool)), group == 0 ? null : new(Id(10 + group)), dedicated ? "default" : null)
            {
                ExpectedEnd = end == 0 ? null : DateTimeOffset.UnixEpoch.AddHours(end),
            });

    [Fact]
    public void Those_who_come_and_go_are_counted_as_those_who_are_there() =>
        Gen.Select(Occupants.Array[0, 12], Gen.Bool.Array[0, 12]).Sample((came, goes) =>
        {
            var there = HostOccupancy.Of(came);
            var gone = came.Zip(goes).Where(pair => pair.Second).Select(pair => pair.First).ToList();
            var left = came.Zip(goes).Where(pair => !pair.Second).Select(pair => pair.First).Concat(came.Skip(goes.Length)).ToList();
            var now = gone.Aggregate(there, (counted, occupant) => counted.Minus(occupant));

            Assert.Equal(left.Count, now.Vms);
            Assert.All([1, 2, 3], pool => Assert.Equal(left.Count(each => each.Pool.Value == Id(pool)), now.CountOf(Id(pool))));
            Assert.All([11, 12, 13], group => Assert.Equal(left.Count(each => each.Group?.Value == Id(group)), now.CountOf(Id(group))));
            Assert.Equal(left.Count(each => each.DedicatedTo is not null), now.DedicatedVms);
            Assert.Equal(now.DedicatedVms > 0 ? "default" : null, now.DedicatedTo);
            Assert.All(now.Pools.Concat(now.Groups), count => Assert.True(count.Vms > 0));
            Assert.Equal(left.Count == 0 || left.Any(each => each.ExpectedEnd is null) ? null : left.Max(each => each.ExpectedEnd), now.LastEnd());
        });

    [Fact]
    public void Nobody_can_go_who_is_not_there() =>
        Assert.Throws<InvariantException>(() => HostOccupancy.None.Minus(new Occupant(new(Id(1)), null, null)));

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);
}
