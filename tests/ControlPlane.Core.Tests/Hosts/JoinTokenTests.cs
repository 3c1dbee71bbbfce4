using ControlPlane.Core.Hosts;

namespace ControlPlane.Core.Tests.Hosts;

public class JoinTokenTests
{
    private static readonly DateTimeOffset now = DateTimeOffset.UnixEpoch;
    private static readonly byte[] secret = [1, 2, 3];
    private static readonly byte[] key = [7];

    private readonly JoinToken token = new(new(Guid.CreateVersion7(now)), secret, null, now, now.AddMinutes(15));

    [Fact]
    public void It_admits_the_first_machine_until_it_expires()
    {
        Assert.Equal(JoinVerdict.Admitted, token.Judge(secret, key, now.AddMinutes(15).AddTicks(-1)));
        Assert.Equal(JoinVerdict.Expired, token.Judge(secret, key, now.AddMinutes(15)));
    }

    [Fact]
    public void Once_used_it_admits_only_the_machine_that_used_it()
    {
        token.Use(new(Guid.CreateVersion7(now)), key);
        Assert.Equal(JoinVerdict.Repeated, token.Judge(secret, key, now));
        Assert.Equal(JoinVerdict.Used, token.Judge(secret, [8], now));
        Assert.Equal(JoinVerdict.Expired, token.Judge(secret, key, now.AddHours(1)));
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 4 })]
    [InlineData(new byte[] { 1, 2 })]
    [InlineData(new byte[0])]
    public void Another_secret_learns_nothing_else(byte[] other)
    {
        Assert.Equal(JoinVerdict.Forged, token.Judge(other, key, now.AddHours(1)));
        token.Use(new(Guid.CreateVersion7(now)), key);
        Assert.Equal(JoinVerdict.Forged, token.Judge(other, key, now));
    }
}
