using ControlPlane.Core.Resources;
using CsCheck;

namespace ControlPlane.Core.Tests.Resources;

public class ResourceClassTests
{
    [Theory]
    [InlineData("vcpu")]
    [InlineData("memoryMiB")]
    [InlineData("hugepage-1g")]
    [InlineData("sriov_vf.0")]
    [InlineData("g")]
    public void A_word_that_begins_with_a_letter_is_a_class(string text)
    {
        Assert.True(ResourceClass.TryParse(text, out var resource));
        Assert.Equal(text, resource.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" gpu")]
    [InlineData("gpu ")]
    [InlineData("1g")]
    [InlineData("-gpu")]
    [InlineData("../gpu")]
    [InlineData("gpu/0")]
    [InlineData("gpu\0")]
    [InlineData("gpü")]
    [InlineData("gpu\n")]
    public void Anything_else_is_not(string? text)
    {
        Assert.False(ResourceClass.TryParse(text, out _));
        Assert.Throws<FormatException>(() => ResourceClass.Parse(text!));
    }

    [Fact]
    public void A_class_has_at_most_sixty_three_characters()
    {
        Assert.True(ResourceClass.TryParse(new string('g', 63), out _));
        Assert.False(ResourceClass.TryParse(new string('g', 64), out _));
    }

    [Fact]
    public void Classes_sort_by_ordinal_text_and_case_makes_another() =>
        Gen.Select(Gen.Char["aAbB-_.9"].Array[1, 4], Gen.Char["aAbB-_.9"].Array[1, 4]).Sample((left, right) =>
        {
            if (!ResourceClass.TryParse(new(left), out var a) || !ResourceClass.TryParse(new(right), out var b)) { return; }
            Assert.Equal(Math.Sign(string.CompareOrdinal(new(left), new(right))), Math.Sign(a.CompareTo(b)));
            Assert.Equal(left.SequenceEqual(right), a == b);
        }, iter: 2000);
}
