using System.Globalization;
using System.Security.Cryptography;
using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Vms.Embodiments;
using Xunit.Abstractions;

namespace ControlPlane.Core.Tests.Hosts.Liveness.Simulation;

/// <summary>
/// No two incarnations of a VM run at the same moment, every begun move ends, and what is wanted runs in the end: in thousands of random
/// runs of the product's own rules, and in none of them when a rule is left out. <c>CONTROLPLANE_SEED</c> repeats one run with its story,
/// <c>CONTROLPLANE_SCHEDULES</c> sets how many.
/// </summary>
public class SimulationTests(ITestOutputHelper output)
{
    private const int FaultySchedules = 4000;

    private static readonly string Kept =
        RepositoryRoot.Of("tests", "ControlPlane.Core.Tests", "Hosts", "Liveness", "Simulation", "seeds.txt");

    private static readonly string[] MustHappen =
    [
        "switch", "move abandoned", "new incarnation elsewhere", "restart held by the brake", "guest paused by its agent",
        "guest ended by the watchdog", "given up", "loss by LeaseOver", "loss by AgentsWord", "loss by OperatorsStatement",
        "order refused: OldSession", "order refused: OldIncarnation", "order refused: OldGeneration", "order refused: GivenUp",
        "goes on from Loaded", "goes on from HandedOver", "goes on from FencePaused",
    ];

    private static readonly Dictionary<string, Protocol> Planted = new()
    {
        ["a host obeys any order of its session"] = new()
        {
            Obey = (_, session, order) => order.Session == session ? ObedienceOutcome.Obey : ObedienceOutcome.OldSession,
        },
        ["the lease is counted on the wall's clock"] = new() { LeaseClock = (clock, at) => clock.Wall(at) },
        ["a clock is slower than the terms say"] = new() { LeaseClock = (clock, at) => clock.Monotonic(at) * 0.75 },
        ["the service answers before it commits"] = new() { AnswersBeforeCommit = true },
        ["the lease is counted from the answer"] = new() { LeaseCountsFrom = (_, answered) => answered },
        ["no watchdog looks after a hanging agent"] = new() { Watchdog = (_, _) => FenceStage.Run },
        ["a source goes on without the service's word"] = new()
        {
            Step = (order, session, memory, there, stage) =>
                EmbodimentRule.Next(order, session, memory, there is null ? null : there with { HandOver = 0 }, stage),
        },
        ["a host does not look at the session of an order"] = new()
        {
            Obey = (memory, _, order) => Obedience.Judge(memory, order.Session, order),
            Step = (order, _, memory, there, stage) => EmbodimentRule.Next(order, order?.Session ?? 0, memory, there, stage),
        },
        ["the switch does not wait for the source"] = new() { Switch = SwitchWithoutTheSource },
        ["a loss is declared whatever was renewed meanwhile"] = new() { Proof = (now, _) => new LossProof.LeaseOver(now.Renewals) },
        ["a replica takes the time before its start for silence"] = new()
        {
            BeginWatch = (read, now) => new(read.Renewals, now - TimeSpan.FromSeconds(6)),
        },
        ["a statement that a host is off counts for one that is back"] = new() { StatedSession = (_, now) => now },
        ["words of an older incarnation count"] = new() { Hear = HearAnyIncarnation },
        ["a VM is taken from a host that has promised nothing"] = new()
        {
            Judge = (custody, owner, onlyThere, brake) => owner.ProvesEnded(true) ? LostVmVerdict.StartsElsewhere
                : LostVm.Judge(custody, owner, onlyThere, brake),
            TakeFrom = TakeWithoutPromise,
        },
    };

    public static TheoryData<string> Faults => [.. Planted.Keys];

    [Fact]
    public void No_two_incarnations_of_a_vm_ever_run_and_what_is_wanted_runs_in_the_end()
    {
        Dictionary<string, int> tally = [];
        foreach (var seed in KeptSeeds().Concat(NewSeeds()))
        {
            var world = new World(seed, Protocol.OfTheProduct).Run();
            if (world.Breach is { } breach) { Tell(seed, breach); }
            foreach (var (what, count) in world.Tally) { tally[what] = tally.GetValueOrDefault(what) + count; }
        }
        foreach (var (what, count) in tally.OrderBy(pair => pair.Key, StringComparer.Ordinal)) { output.WriteLine($"{count,9} {what}"); }
        // What never happened was not tested.
        if (tally.GetValueOrDefault("switch") > 1000) { Assert.DoesNotContain(MustHappen, what => !tally.ContainsKey(what)); }
    }

    [Fact]
    public void A_seed_gives_the_same_run_again()
    {
        string Story() => string.Join('\n', new World(7, Protocol.OfTheProduct, traced: true).Run().Trace);
        Assert.Equal(Story(), Story());
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_makes_a_vm_run_twice(string fault)
    {
        for (var seed = 1UL; seed <= FaultySchedules; seed++)
        {
            var world = new World(seed, Planted[fault]).Run();
            if (!world.RanTwice) { continue; }
            output.WriteLine($"{fault}: found by seed {seed}: {world.Breach}");
            return;
        }
        Assert.Fail($"{FaultySchedules} runs went well although {fault}");
    }

    private static CustodyOutcome SwitchWithoutTheSource(Custody custody, out Custody next)
    {
        if (custody.Move is { Loaded: true } move)
        {
            custody.Hear(new(custody.Owner, custody.Vm, custody.Incarnation, move.Generation, VmWordKind.HandedOver), out custody);
        }
        return custody.Switch(out next);
    }

    private static CustodyOutcome HearAnyIncarnation(Custody custody, VmWord word, out Custody next)
    {
        var its = word.Host == custody.Owner ? custody.Incarnation : custody.Move?.Incarnation ?? word.Incarnation;
        return custody.Hear(word with { Incarnation = its }, out next);
    }

    private static CustodyOutcome TakeWithoutPromise(Custody custody, HostStanding owner, out Custody next) => owner.ProvesEnded(true)
        ? custody.Hear(new(custody.Owner, custody.Vm, custody.Incarnation, custody.Generation, VmWordKind.GivenUp), out next)
        : custody.TakeFrom(owner, out next);

    private static IEnumerable<ulong> KeptSeeds() => File.ReadLines(Kept)
        .Where(line => line.Length > 0 && line[0] != '#').Select(line => ulong.Parse(line, CultureInfo.InvariantCulture));

    private IEnumerable<ulong> NewSeeds()
    {
        if (Environment.GetEnvironmentVariable("CONTROLPLANE_SEED") is { } asked)
        {
            return [ulong.Parse(asked, CultureInfo.InvariantCulture)];
        }
        var schedules = int.Parse(Environment.GetEnvironmentVariable("CONTROLPLANE_SCHEDULES") ?? "2000", CultureInfo.InvariantCulture);
        var first = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) >> 1;
        output.WriteLine($"{schedules} runs, seeds {first} to {first + (ulong)schedules - 1}");
        return Enumerable.Range(0, schedules).Select(run => first + (ulong)run);
    }

    private static void Tell(ulong seed, string breach)
    {
        if (!KeptSeeds().Contains(seed)) { File.AppendAllLines(Kept, [seed.ToString(CultureInfo.InvariantCulture)]); }
        var story = new World(seed, Protocol.OfTheProduct, traced: true).Run().Trace.ToList();
        Assert.Fail($"seed {seed}: {breach}{Environment.NewLine}{string.Join(Environment.NewLine, story.TakeLast(120))}");
    }
}
