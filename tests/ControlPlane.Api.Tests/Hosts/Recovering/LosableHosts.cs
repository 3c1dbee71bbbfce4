using ControlPlane.Api.Hosts.Liveness;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Tests.Hosts.Recovering;

/// <summary>Simulated hosts that stand as if they had agents of their own elsewhere, so that they can be silent.</summary>
internal static class LosableHosts
{
    /// <summary>Begins a session, as an agent would.</summary>
    public static Task<long> WelcomeAsync(ServiceFixture service, string name) => ChangeAsync(service, name, (standing, terms) => standing.Welcome(terms));

    /// <summary>Renews its lease.</summary>
    public static Task<long> RenewAsync(ServiceFixture service, string name) => ChangeAsync(service, name, (standing, _) =>
    {
        standing.Renew(standing.Session, out var next);
        return next;
    });

    /// <summary>It has missed its lease.</summary>
    public static Task<long> SuspectAsync(ServiceFixture service, string name) =>
        ChangeAsync(service, name, (standing, _) => standing.Suspect(standing.Renewals));

    /// <summary>Its session.</summary>
    private static Task<long> ChangeAsync(ServiceFixture service, string name, Func<HostStanding, LeaseTerms, HostStanding> change)
    {
        var terms = service.Services.GetRequiredService<IOptions<LeaseOptions>>().Value.Terms;
        return service.Services.GetRequiredService<Store>().WriteAsync(null, async session =>
        {
            var host = await session.Db.Hosts.SingleAsync(row => row.Name == Core.Names.ResourceName.Parse(name));
            var row = await Standings.FindAsync(session, host.Id);
            if (row is null) { session.Db.HostStandings.Add(row = HostStandingRow.New(host.Id, terms)); }
            await Standings.KeepAsync(session, row, change(row.Read(), terms));
            await session.SaveAsync();
            return row.Session;
        }, CancellationToken.None);
    }
}
