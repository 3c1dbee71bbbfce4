using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Core.Tests.Hosts.Liveness;

public class LossBrakeTests
{
    private static readonly BrakeTerms Terms = new(SharePermille: 200, AtLeast: 3, TimeSpan.FromMinutes(2));

    [Theory]
    [InlineData(1, 4, false)]
    [InlineData(2, 4, false)]
    [InlineData(3, 4, true)]
    [InlineData(20, 100, false)]
    [InlineData(21, 100, true)]
    public void More_than_the_share_and_not_only_one_or_two(int silent, int fleet, bool holds) =>
        Assert.Equal(holds, default(LossBrake).Look(Silent(silent, 10), fleet, Terms).Holds);

    [Fact]
    public void Hosts_that_went_one_by_one_do_not_stop_restarts() =>
        Assert.False(default(LossBrake).Look([.. Silent(15, 10), .. Silent(30, 4000)], 100, Terms).Holds);

    [Fact]
    public void It_holds_until_most_are_back_however_long_that_takes()
    {
        var brake = default(LossBrake).Look(Silent(40, 10), 100, Terms);
        Assert.True(brake.Look(Silent(40, 100_000), 100, Terms).Holds);
        Assert.True(brake.Look(Silent(11, 100_000), 100, Terms).Holds);
        Assert.False(brake.Look(Silent(10, 100_000), 100, Terms).Holds);
    }

    private static List<TimeSpan> Silent(int hosts, int seconds) => [.. Enumerable.Repeat(TimeSpan.FromSeconds(seconds), hosts)];
}
