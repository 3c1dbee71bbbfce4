using System.Text.RegularExpressions;
using ControlPlane.Core.Names;
using CsCheck;

namespace ControlPlane.Core.Tests.Names;

public partial class ResourceNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("web-1")]
    [InlineData("a--b")]
    public void A_dns_label_is_a_name(string text) => Assert.Equal(text, ResourceName.Parse(text).ToString());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("../x")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("/etc/passwd")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a.b")]
    [InlineData("A")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("a\0")]
    [InlineData("%2e%2e")]
    [InlineData("é")]
    [InlineData("١")]
    public void Anything_else_is_not(string? text)
    {
        Assert.False(ResourceName.TryParse(text, out _));
        Assert.Throws<FormatException>(() => ResourceName.Parse(text!));
    }

    [Theory]
    [InlineData(62, true)]
    [InlineData(63, true)]
    [InlineData(64, false)]
    [InlineData(100_000, false)]
    public void A_name_has_at_most_sixty_three_characters(int length, bool taken) =>
        Assert.Equal(taken, ResourceName.TryParse(new string('a', length), out _));

    [Fact]
    public void It_takes_exactly_what_the_pattern_of_the_contract_takes() =>
        Gen.Char["az09-A./ _\n"].Array[0, 66].Select(characters => new string(characters))
            .Sample(text => Assert.Equal(Contract().IsMatch(text), ResourceName.TryParse(text, out _)), iter: 5000);

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex Contract();
}
