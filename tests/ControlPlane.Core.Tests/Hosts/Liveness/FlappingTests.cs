using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Core.Tests.Hosts.Liveness;

public class FlappingTests
{
    private static readonly FlapTerms Terms = new(TimeSpan.FromMinutes(10), HoldAt: 2.5, FreeAt: 1);

    [Fact]
    public void A_host_that_comes_and_goes_is_held_back_until_it_has_stayed_for_a_while()
    {
        var flapping = default(Flapping);
        for (var minute = 1; minute <= 3; minute++)
        {
            Assert.False(flapping.HeldBack);
            flapping = flapping.Count(TimeSpan.FromMinutes(minute), Terms);
        }
        Assert.True(flapping.HeldBack);
        flapping = flapping.See(TimeSpan.FromMinutes(10), Terms);
        Assert.True(flapping.Penalty < Terms.HoldAt && flapping.HeldBack);
        Assert.False(flapping.See(TimeSpan.FromMinutes(20), Terms).HeldBack);
    }

    [Fact]
    public void Losses_far_apart_hold_nobody_back()
    {
        var flapping = default(Flapping);
        for (var hour = 1; hour <= 100; hour++) { flapping = flapping.Count(TimeSpan.FromHours(hour), Terms); }
        Assert.False(flapping.HeldBack);
    }

    [Fact]
    public void How_often_one_looks_does_not_matter()
    {
        var once = default(Flapping).Count(TimeSpan.Zero, Terms).See(TimeSpan.FromMinutes(30), Terms);
        var often = default(Flapping).Count(TimeSpan.Zero, Terms);
        for (var minute = 1; minute <= 30; minute++) { often = often.See(TimeSpan.FromMinutes(minute), Terms); }
        Assert.Equal(once.Penalty, often.Penalty, 9);
    }
}
