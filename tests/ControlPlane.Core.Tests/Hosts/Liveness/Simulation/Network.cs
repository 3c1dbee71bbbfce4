namespace ControlPlane.Core.Tests.Hosts.Liveness.Simulation;

/// <summary>Loses, doubles, delays and reorders messages, and cuts links in one direction. Zero is the service, the hosts count from one.</summary>
public sealed class Network(World world, int nodes)
{
    private readonly long[,] cutUntil = new long[nodes, nodes];

    public bool Calm { get; set; }

    public bool IsCut(int from, int to) => world.Now < cutUntil[from, to];

    public void Cut(int from, int to, long until) => cutUntil[from, to] = until;

    public void Mend() => Array.Clear(cutUntil);

    public void Send(int from, int to, Action arrive)
    {
        if (IsCut(from, to)) { return; }
        var dice = world.Dice;
        if (!Calm && dice.Chance(0.05)) { return; }
        world.After(Delay(dice), arrive);
        if (!Calm && dice.Chance(0.05)) { world.After(Delay(dice), arrive); }
    }

    private long Delay(Dice dice) => Calm ? dice.Between(1_000, 20_000)
        : dice.Chance(0.05) ? dice.Between(1_000, 15_000_000)
        : dice.Between(500, 60_000);
}
