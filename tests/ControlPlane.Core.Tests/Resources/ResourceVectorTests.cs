using ControlPlane.Core.Resources;
using CsCheck;

namespace ControlPlane.Core.Tests.Resources;

public class ResourceVectorTests
{
    private static readonly Gen<(ResourceVector Left, ResourceVector Right)> Pairs = Gen.Select(Some.Vector(6), Some.Vector(6));

    [Fact]
    public void Adding_adds_class_by_class_and_order_does_not_matter() => Pairs.Sample(pair =>
    {
        var sum = pair.Left.Plus(pair.Right);
        Assert.Equal(sum, pair.Right.Plus(pair.Left));
        Assert.All(Some.Classes, resource => Assert.Equal(pair.Left[resource] + pair.Right[resource], sum[resource]));
    }, iter: 2000);

    [Fact]
    public void What_was_added_can_be_taken_away_again() => Pairs.Sample(pair =>
    {
        Assert.True(pair.Left.Plus(pair.Right).TryMinus(pair.Right, out var rest));
        Assert.Equal(pair.Left, rest);
    }, iter: 2000);

    [Fact]
    public void More_than_there_is_cannot_be_taken_away() => Pairs.Sample(pair =>
    {
        var covered = Some.Classes.All(resource => pair.Left[resource] >= pair.Right[resource]);
        Assert.Equal(covered, pair.Left.Covers(pair.Right));
        Assert.Equal(covered, pair.Left.TryMinus(pair.Right, out var rest));
        if (!covered) { Assert.Equal(ResourceVector.Empty, rest); }
    }, iter: 2000);

    [Fact]
    public void Growing_by_what_is_beyond_and_shrinking_by_the_reverse_leads_from_one_to_the_other() => Pairs.Sample(pair =>
    {
        var (more, less) = (pair.Right.Beyond(pair.Left), pair.Left.Beyond(pair.Right));
        Assert.All(Some.Classes, resource => Assert.True(more[resource] == 0 || less[resource] == 0));
        Assert.True(pair.Left.Plus(more).TryMinus(less, out var reached));
        Assert.Equal(pair.Right, reached);
    }, iter: 2000);

    [Fact]
    public void It_is_sorted_by_class_and_holds_no_zero_and_equals_what_has_the_same_amounts() => Pairs.Sample(pair =>
    {
        Assert.Equal(pair.Left.OrderBy(amount => amount.Key), pair.Left.AsEnumerable());
        Assert.All(pair.Left.AsEnumerable(), amount => Assert.True(amount.Value > 0));
        var walked = new List<KeyValuePair<ResourceClass, long>>();
        foreach (var amount in pair.Left) { walked.Add(amount); }
        Assert.Equal(pair.Left.AsEnumerable(), walked);
        var same = Some.Classes.All(resource => pair.Left[resource] == pair.Right[resource]);
        Assert.Equal(same, pair.Left.Equals(pair.Right));
        if (same) { Assert.Equal(pair.Left.GetHashCode(), pair.Right.GetHashCode()); }
    }, iter: 2000);

    [Theory]
    [InlineData(-1)]
    [InlineData(ResourceVector.MaxAmount + 1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void An_amount_out_of_range_is_a_breach_that_names_the_class(long amount)
    {
        var breach = Assert.Throws<InvariantException>(() => ResourceVector.Of((ResourceClass.Vcpu, amount)));
        Assert.Contains("vcpu", breach.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_that_comes_twice_is_a_breach() =>
        Assert.Throws<InvariantException>(() => ResourceVector.Of((ResourceClass.Vcpu, 1), (ResourceClass.Vcpu, 1)));

    [Fact]
    public void The_most_of_a_class_is_kept_exactly() =>
        Assert.Equal(ResourceVector.MaxAmount, ResourceVector.Of((Some.Gpu, ResourceVector.MaxAmount))[Some.Gpu]);
}
