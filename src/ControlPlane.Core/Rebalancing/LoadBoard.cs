using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Core.Rebalancing;

/// <summary>
/// How full each host is, class by class, against how full all of them are together. That share stays the same whatever moves between
/// them, so that a move changes the terms of two hosts only.
/// </summary>
internal sealed class LoadBoard
{
    private readonly ResourceClass[] classes;
    private readonly Dictionary<HostId, int> rows = [];
    private readonly HostId[] hosts;
    private readonly double[] capacity;
    private readonly double[] used;
    private readonly double[] mean;
    private readonly int terms;
    private double squares;

    internal LoadBoard(IReadOnlyList<HostSnapshot> scope, IEnumerable<ResourceClass> resources)
    {
        classes = [.. resources.Distinct().Order()];
        hosts = [.. scope.Select(host => host.Id)];
        (capacity, used) = (new double[hosts.Length * classes.Length], new double[hosts.Length * classes.Length]);
        mean = new double[classes.Length];
        for (var row = 0; row < hosts.Length; row++)
        {
            rows[hosts[row]] = row;
            for (var column = 0; column < classes.Length; column++)
            {
                capacity[At(row, column)] = scope[row].Capacity[classes[column]];
                used[At(row, column)] = scope[row].Used[classes[column]];
            }
        }
        for (var column = 0; column < classes.Length; column++) { mean[column] = Mean(column); }
        terms = capacity.Count(amount => amount > 0);
        for (var at = 0; at < capacity.Length; at++) { squares += Square(at, used[at]); }
    }

    /// <summary>The hosts, by row.</summary>
    internal IReadOnlyList<HostId> Hosts => hosts;

    /// <summary>Root mean square of the distances; 0 when there is nothing to compare.</summary>
    internal double Imbalance => Root(squares);

    /// <summary>The row of a host, or null when it is not looked at.</summary>
    internal int? RowOf(HostId host) => rows.TryGetValue(host, out var row) ? row : null;

    /// <summary>Amounts in the order of the board's classes.</summary>
    internal double[] AmountsOf(ResourceVector resources) => [.. classes.Select(resource => (double)resources[resource])];

    /// <summary>How much fuller than all hosts together a host is, as the sum of the squares over the classes in which it is.</summary>
    internal double Excess(int row)
    {
        var sum = 0.0;
        for (var column = 0; column < classes.Length; column++)
        {
            var at = At(row, column);
            if (capacity[at] > 0 && used[at] / capacity[at] > mean[column]) { sum += Square(at, used[at]); }
        }
        return sum;
    }

    /// <summary>What going from a host takes off the sum of squares; below zero when it adds to it.</summary>
    internal double Leaving(int from, ReadOnlySpan<double> amounts)
    {
        var drop = 0.0;
        for (var column = 0; column < amounts.Length; column++)
        {
            var at = At(from, column);
            if (amounts[column] > 0) { drop += Square(at, used[at]) - Square(at, used[at] - amounts[column]); }
        }
        return drop;
    }

    /// <summary>
    /// What coming to a host takes off the sum of squares; below zero when it adds to it. False where it has no room, and where one of the
    /// two hosts counts a class that the other has only by an engine: the move would change what all are compared with. It says nothing of
    /// other rules.
    /// </summary>
    internal bool TryArrive(int from, int to, ReadOnlySpan<double> amounts, out double drop)
    {
        drop = 0;
        for (var column = 0; column < amounts.Length; column++)
        {
            if (amounts[column] == 0) { continue; }
            var at = At(to, column);
            if (capacity[at] > 0 != capacity[At(from, column)] > 0) { return false; }
            if (capacity[at] == 0) { continue; }
            if (used[at] + amounts[column] > capacity[at]) { return false; }
            drop += Square(at, used[at]) - Square(at, used[at] + amounts[column]);
        }
        return true;
    }

    /// <summary>What a drop of the sum of squares takes off the imbalance.</summary>
    internal double GainOf(double drop) => Imbalance - Root(squares - drop);

    /// <summary>Moves the amounts, which takes so much off the sum of squares.</summary>
    internal void Move(int from, int to, ReadOnlySpan<double> amounts, double drop)
    {
        squares -= drop;
        for (var column = 0; column < amounts.Length; column++)
        {
            used[At(from, column)] -= amounts[column];
            used[At(to, column)] += amounts[column];
        }
    }

    private double Mean(int column)
    {
        var (most, taken) = (0.0, 0.0);
        for (var row = 0; row < hosts.Length; row++)
        {
            if (capacity[At(row, column)] == 0) { continue; }
            most += capacity[At(row, column)];
            taken += used[At(row, column)];
        }
        return most == 0 ? 0 : taken / most;
    }

    private double Square(int at, double amount)
    {
        if (capacity[at] == 0) { return 0; }
        var distance = (amount / capacity[at]) - mean[at % classes.Length];
        return distance * distance;
    }

    // Rounding must not make the sum of squares less than nothing.
    private double Root(double sum) => terms == 0 ? 0 : Math.Sqrt(Math.Max(0, sum) / terms);

    private int At(int row, int column) => (row * classes.Length) + column;
}
