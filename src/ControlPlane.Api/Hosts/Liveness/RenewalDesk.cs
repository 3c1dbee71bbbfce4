using System.Globalization;
using System.Text;
using System.Threading.Channels;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Hosts.Liveness;

/// <summary>
/// Grants leases by the hundred: those that are asked for while one commit is made go into the next, with one statement for all of them.
/// What that statement does not grant is asked of the rule, one by one.
/// </summary>
public sealed class RenewalDesk(Store store) : BackgroundService
{
    private const int MostAtOnce = 256;
    private const int MaxWaiting = 50_000;

    private readonly Channel<Asked> waiting =
        Channel.CreateBounded<Asked>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    /// <summary>What became of it, once it is committed; the terms where it is granted.</summary>
    public async Task<(RenewalOutcome Outcome, LeaseTerms? Terms)> AskAsync(HostId host, long session, CancellationToken ct)
    {
        var asked = new Asked(host, session);
        if (!waiting.Writer.TryWrite(asked)) { throw new StoreBusyException(); }
        return await asked.Answer.Task.WaitAsync(ct);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await store.Opened.WaitAsync(stoppingToken);
        var group = new List<Asked>(MostAtOnce);
        while (await waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            while (group.Count < MostAtOnce && waiting.Reader.TryRead(out var asked)) { group.Add(asked); }
            await GrantAsync(group, stoppingToken);
            group.Clear();
        }
    }

    private async Task GrantAsync(List<Asked> group, CancellationToken ct)
    {
        try
        {
            var answers = await store.WriteAsync(null, session => GrantAsync(session, group), ct);
            for (var i = 0; i < group.Count; i++) { group[i].Answer.TrySetResult(answers[i]); }
        }
        catch (Exception fault)
        {
            foreach (var asked in group) { asked.Answer.TrySetException(fault); }
        }
    }

    private static async Task<List<(RenewalOutcome, LeaseTerms?)>> GrantAsync(StoreSession session, List<Asked> group)
    {
        await RenewActiveAsync(session.Db, group);
        var hosts = group.ConvertAll(asked => asked.Host);
        var rows = await session.Db.HostStandings.Where(row => hosts.Contains(row.Host)).ToDictionaryAsync(row => row.Host);
        List<(RenewalOutcome, LeaseTerms?)> answers = new(group.Count);
        foreach (var asked in group) { answers.Add(await AnswerAsync(session, asked, rows.GetValueOrDefault(asked.Host))); }
        await session.SaveAsync();
        return answers;
    }

    // HostStanding.Renew of the hosts that are active, which nearly all are: an active host is granted the lease of its present session.
    private static async Task RenewActiveAsync(StoreContext db, List<Asked> group)
    {
        var (text, values) = (new StringBuilder("WITH asked(host, session) AS (VALUES ", 64 * group.Count), new List<object>());
        foreach (var (host, number) in group.Select(asked => (asked.Host, asked.Session)).Distinct())
        {
            var comma = values.Count == 0 ? "" : ", ";
            text.Append(CultureInfo.InvariantCulture, $"{comma}({{{values.Count}}}, {{{values.Count + 1}}})");
            values.AddRange([host.ToString(), number]);
        }
        text.Append(") UPDATE host_standings SET renewals = renewals + 1 FROM asked WHERE host_standings.host = asked.host "
            + "AND host_standings.session = asked.session AND host_standings.state = 'Active'");
        await db.Database.ExecuteSqlRawAsync(text.ToString(), values);
    }

    // One that is active in this session now has been renewed by the statement, or by the rule a moment ago.
    private static async Task<(RenewalOutcome, LeaseTerms?)> AnswerAsync(StoreSession session, Asked asked, HostStandingRow? row)
    {
        if (row is null) { return (RenewalOutcome.OldSession, null); }
        var standing = row.Read();
        if (standing.State == HostLiveness.Active && standing.Session == asked.Session) { return (RenewalOutcome.Granted, standing.Terms); }
        var outcome = standing.Renew(asked.Session, out var next);
        if (outcome == RenewalOutcome.Granted) { await Standings.KeepAsync(session, row, next); }
        return (outcome, next.Terms);
    }

    private sealed record Asked(HostId Host, long Session)
    {
        internal TaskCompletionSource<(RenewalOutcome, LeaseTerms?)> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
