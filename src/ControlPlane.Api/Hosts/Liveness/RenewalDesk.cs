using System.Threading.Channels;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Api.Hosts.Liveness;

/// <summary>
/// Grants leases by the hundred: those that are asked for while one commit is made, and for a moment after it, go into the next, with one
/// statement for all of them. What that statement does not grant is asked of the rule, one by one.
/// </summary>
public sealed class RenewalDesk(Store store, TimeProvider time) : BackgroundService
{
    private const int MostAtOnce = 256;
    private const int MaxWaiting = 50_000;

    // A host asks seconds ahead; a commit for each would keep the lane, and the disk, from others.
    private static readonly TimeSpan rest = TimeSpan.FromMilliseconds(25);

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
            if (waiting.Reader.Count < MostAtOnce) { await Task.Delay(rest, time, stoppingToken); }
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

    // Nearly all are active and are granted by the statement, which is HostStanding.Renew of those. Of the others the rule is asked.
    private static async Task<List<(RenewalOutcome, LeaseTerms?)>> GrantAsync(StoreSession session, List<Asked> group)
    {
        var granted = session.Renew([.. group.Select(asked => (asked.Host, asked.Session)).Distinct()]);
        List<(RenewalOutcome, LeaseTerms?)> answers = new(group.Count);
        foreach (var asked in group)
        {
            answers.Add(granted.TryGetValue((asked.Host, asked.Session), out var terms)
                ? (RenewalOutcome.Granted, terms) : await AskRuleAsync(session, asked));
        }
        return answers;
    }

    private static async Task<(RenewalOutcome, LeaseTerms?)> AskRuleAsync(StoreSession session, Asked asked)
    {
        if (await Standings.FindAsync(session, asked.Host) is not { } row) { return (RenewalOutcome.OldSession, null); }
        var outcome = row.Read().Renew(asked.Session, out var next);
        if (outcome == RenewalOutcome.Granted) { await Standings.KeepAsync(session, row, next); }
        return (outcome, next.Terms);
    }

    private sealed record Asked(HostId Host, long Session)
    {
        internal TaskCompletionSource<(RenewalOutcome, LeaseTerms?)> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
