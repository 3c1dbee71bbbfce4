using ControlPlane.Core.Names;
using ControlPlane.Core.Pools;

namespace ControlPlane.Core.Tests.Preemption;

public class PreemptionPolicyTests
{
    [Theory]
    [InlineData(null, null, false)]
    [InlineData(true, null, true)]
    [InlineData(null, true, true)]
    [InlineData(true, true, true)]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    [InlineData(null, false, false)]
    public void A_chain_allows_preemption_where_one_of_its_pools_does_and_none_forbids_it(bool? inner, bool? outer, bool allowed) =>
        Assert.Equal(allowed, Pool.AllowPreemption([Saying(inner), Saying(outer)]));

    private static Pool Saying(bool? said) =>
        new(new(Guid.NewGuid()), "p", ResourceName.Parse("pool"), null, DateTimeOffset.UnixEpoch) { Preemption = said };
}
