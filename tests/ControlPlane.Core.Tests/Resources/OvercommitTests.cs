using System.Numerics;
using ControlPlane.Core.Resources;
using CsCheck;

namespace ControlPlane.Core.Tests.Resources;

public class OvercommitTests
{
    [Fact]
    public void It_multiplies_exactly_and_rounds_down() =>
        Gen.Select(Gen.Int[1, 1_000_000], Gen.Long[0, ResourceVector.MaxAmount]).Sample((permille, amount) =>
            Assert.Equal(new BigInteger(amount) * permille / 1000, Overcommit.FromPermille(permille).Of(amount)), iter: 5000);

    [Fact]
    public void A_ratio_in_thousandths_is_taken_and_given_back() => Gen.Int[1, 1_000_000].Sample(permille =>
    {
        Assert.True(Overcommit.TryFrom(permille / 1000.0, out var overcommit));
        Assert.Equal(permille, overcommit.Permille);
        Assert.Equal(permille / 1000.0, overcommit.Ratio);
    }, iter: 5000);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(0.0009)]
    [InlineData(1.0005)]
    [InlineData(1000.001)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_ratio_out_of_range_or_finer_than_a_thousandth_is_refused(double ratio) =>
        Assert.False(Overcommit.TryFrom(ratio, out _));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_000_001)]
    public void Stored_thousandths_out_of_range_are_a_breach(int permille) =>
        Assert.Throws<InvariantException>(() => Overcommit.FromPermille(permille));
}
