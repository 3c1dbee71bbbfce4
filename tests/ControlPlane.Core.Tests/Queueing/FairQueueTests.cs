using ControlPlane.Core.Queueing;
using CsCheck;

namespace ControlPlane.Core.Tests.Queueing;

public class FairQueueTests
{
    private const int MaxCost = 8;

    // Below zero: the first is served; else one comes: of which project, and how large.
    private static readonly Gen<(int Project, int Cost)[]> Histories = Gen.Select(Gen.Int[-2, 2], Gen.Int[1, MaxCost]).Array[1, 120];

    [Fact]
    public void A_projects_own_are_served_in_the_order_in_which_they_came() => Histories.Sample(history =>
    {
        var (queue, served) = (new QueueSimulation(), new List<QueueEntry>());
        foreach (var (project, cost) in history)
        {
            if (project >= 0) { queue.Come($"p{project}", cost); }
            else if (queue.Serve() is { } entry) { served.Add(entry); }
        }
        while (queue.Serve() is { } rest) { served.Add(rest); }
        foreach (var own in served.GroupBy(entry => entry.Project))
        {
            Assert.Equal(own.OrderBy(entry => entry.Operation), own);
        }
    });

    [Fact]
    public void While_two_projects_wait_neither_gets_more_than_the_other_by_two_of_the_largest() => Histories.Sample(history =>
    {
        var queue = new QueueSimulation();
        var since = new Dictionary<string, long>();
        foreach (var (project, cost) in history)
        {
            if (project >= 0) { queue.Come($"p{project}", cost); }
            else if (queue.Serve() is { } entry) { since[entry.Project] = since.GetValueOrDefault(entry.Project) + entry.Cost; }

            // Only the time counts in which all of them wait.
            if (queue.Waiting.Select(entry => entry.Project).Distinct().Count() < 3) { since.Clear(); }
            foreach (var one in since.Values.DefaultIfEmpty())
            {
                for (var i = 0; i < 3; i++) { Assert.True(one - since.GetValueOrDefault($"p{i}") <= 2 * MaxCost); }
            }
        }
    });

    [Fact]
    public void Who_waits_is_served_after_a_bounded_amount_whatever_comes_after_it() => Histories.Sample(history =>
    {
        var queue = new QueueSimulation();
        foreach (var (project, cost) in history.Where(step => step.Project >= 0)) { queue.Come($"p{project}", cost); }
        var mine = queue.Come("late", 1);
        var others = queue.Waiting.Where(entry => entry.Project != "late").Select(entry => entry.Project).Distinct().Count();
        var before = 0L;
        while (queue.Serve() is { } served && served.Operation != mine.Operation)
        {
            before += served.Cost;
            // Another project never stops coming.
            queue.Come("p0", MaxCost);
            Assert.True(before <= (others + 1) * 2 * MaxCost, $"{before} were served before one that came with {others} projects there");
        }
    });

    [Fact]
    public void Nobody_is_paid_for_having_been_away()
    {
        var queue = new QueueSimulation();
        for (var i = 0; i < 5; i++) { queue.Come("busy", 4); }
        for (var i = 0; i < 3; i++) { queue.Serve(); }
        queue.Come("new", 4);
        queue.Come("new", 4);

        var order = Enumerable.Range(0, 4).Select(_ => queue.Serve()!.Value.Project);

        Assert.Equal(["busy", "new", "busy", "new"], order);
    }
}
