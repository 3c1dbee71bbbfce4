using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Tests.Vms;

public class VmTransitionsTests
{
    private static readonly VmState[] All = Enum.GetValues<VmState>();

    // Rows: from; columns: to, in the order of the rows.
    private const string Matrix = """
        Creating   = x x x x x - x x x
        Stopped    - = x x x x x x x x
        Starting   - x = x x x - x x x
        Running    - x x = x x x x x x
        Paused     - x x x = x x x x x
        Stopping   - x x x x = - x x x
        Migrating  - x x x x x = - x x
        Deleting   - x x x x x - = x x
        Failed     - x x x x x - x = x
        Unknown    - x x x x x - x x =
        """;

    [Fact]
    public void The_matrix_is_the_one_that_was_agreed_on()
    {
        var rows = Matrix.Split('\n').Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal(All.Select(state => state.ToString()), rows.Select(row => row[0]));
        foreach (var from in All)
        {
            var row = string.Join(' ', All.Select(to => from == to ? "=" : VmTransitions.Allows(from, to) ? "x" : "-"));
            Assert.Equal($"{from}: {string.Join(' ', rows[(int)from].Skip(1))}", $"{from}: {row}");
        }
    }

    [Fact]
    public void Every_state_can_follow_itself() => Assert.All(All, state => Assert.True(VmTransitions.Allows(state, state)));

    [Fact]
    public void Every_state_is_reached_from_creating()
    {
        var reached = new HashSet<VmState> { VmState.Creating };
        var open = new Queue<VmState>(reached);
        while (open.TryDequeue(out var from))
        {
            foreach (var to in All.Where(to => VmTransitions.Allows(from, to) && reached.Add(to))) { open.Enqueue(to); }
        }
        Assert.Equal(All.Order(), reached.Order());
    }

    [Fact]
    public void Nothing_becomes_creating_again() =>
        Assert.All(All.Where(state => state != VmState.Creating), from => Assert.False(VmTransitions.Allows(from, VmState.Creating)));

    [Fact]
    public void A_vm_can_be_deleted_from_every_state_but_the_move_that_must_end_first() =>
        Assert.All(All, from => Assert.Equal(from != VmState.Migrating, VmTransitions.Allows(from, VmState.Deleting)));

    [Fact]
    public void A_host_can_be_lost_in_every_state() => Assert.All(All, from => Assert.True(VmTransitions.Allows(from, VmState.Unknown)));
}
