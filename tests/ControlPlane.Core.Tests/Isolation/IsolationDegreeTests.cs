using ControlPlane.Core.Isolation;
using CsCheck;

namespace ControlPlane.Core.Tests.Isolation;

public class IsolationDegreeTests
{
    private static readonly string[] Controls = [.. IsolationDegree.Weights.Keys];

    [Fact]
    public void All_controls_together_are_one_and_none_are_nothing()
    {
        Assert.Equal(1m, IsolationDegree.Of(Controls));
        Assert.Equal(0m, IsolationDegree.Of([]));
    }

    [Fact]
    public void A_control_more_never_lowers_it_and_a_repeated_or_unknown_one_counts_nothing() =>
        Gen.Int[0, Controls.Length - 1].Array[0, 12].Select(indexes => indexes.Select(index => Controls[index]).ToArray()).Sample(controls =>
        {
            var degree = IsolationDegree.Of(controls);
            Assert.InRange(degree, 0m, 1m);
            Assert.Equal(degree, IsolationDegree.Of([.. controls, .. controls, "wishful-thinking", ""]));
            Assert.All(Controls, control => Assert.Equal(!controls.Contains(control), IsolationDegree.Of([.. controls, control]) > degree));
        }, iter: 500);
}
