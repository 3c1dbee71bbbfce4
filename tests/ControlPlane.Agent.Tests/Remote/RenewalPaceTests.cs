using ControlPlane.Agent.Remote;

namespace ControlPlane.Agent.Tests.Remote;

public sealed class RenewalPaceTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(6);

    [Fact]
    public void Hosts_that_begin_together_do_not_go_on_asking_together()
    {
        var paces = Enumerable.Range(0, 1_000).Select(i => RenewalPace.Of($"host_{i}")).ToList();
        var at = new TimeSpan[paces.Count];
        for (var round = 0; round < 50; round++)
        {
            for (var i = 0; i < at.Length; i++)
            {
                var next = paces[i].Next(Longest);
                Assert.InRange(next, Longest * 0.8, Longest);
                at[i] += next;
            }
        }

        // Spread evenly, ten would fall into each sixth of a tenth of a second; together, all of them into one.
        var busiest = at.CountBy(time => (long)(time / (Longest / 100))).Max(slot => slot.Value);
        Assert.InRange(busiest, 1, 40);
    }
}
