namespace ControlPlane.Core.Preemption;

/// <summary>
/// The fewest VMs that make up for every shortage of one host; of as few, those that hold the least. Found by looking at all sets of one
/// VM, then of two, and so on, without those that cannot do; sets of VMs that are alike count once. After <see cref="MaxLooks"/> it takes
/// what a greedy choice gives, without what that has too many.
/// </summary>
internal sealed class Cover
{
    /// <summary>The most VMs that are stopped for one.</summary>
    internal const int MaxVictims = 64;

    private const int MaxLooks = 20_000;

    private readonly Preemptible[] vms;
    private readonly long[] needs;
    private readonly long[][] takes;
    private readonly long[] shares;
    private readonly long[][] most;
    private readonly int[] picked = new int[MaxVictims];
    private int[]? best;
    private int looks;

    /// <param name="candidates">Those that may be stopped.</param>
    /// <param name="shortages">What is missing.</param>
    /// <param name="shareOf">How much a VM holds, as one number.</param>
    internal Cover(IEnumerable<Preemptible> candidates, IReadOnlyList<Shortage> shortages, Func<Preemptible, long> shareOf)
    {
        needs = [.. shortages.Select(shortage => shortage.Need)];
        // Who helps most comes first, and who are alike stand together.
        var sorted = candidates.Select(vm => (Vm: vm, Takes: shortages.Select(each => each.TakenOffBy(vm)).ToArray(), Share: shareOf(vm)))
            .OrderByDescending(each => Help(each.Takes)).ThenBy(each => each.Share)
            .ThenBy(each => string.Join(' ', each.Takes), StringComparer.Ordinal).ThenBy(each => each.Vm.Vm).ToArray();
        vms = [.. sorted.Select(each => each.Vm)];
        takes = [.. sorted.Select(each => each.Takes)];
        shares = [.. sorted.Select(each => each.Share)];
        most = MostFrom();
    }

    /// <summary>What those that were found hold together.</summary>
    internal long Share => best!.Sum(index => shares[index]);

    /// <summary>Finds them; null when so few are not enough.</summary>
    internal IReadOnlyList<Preemptible>? Find(int atMost)
    {
        atMost = Math.Min(atMost, Math.Min(MaxVictims, vms.Length));
        for (var count = Fewest(); count <= atMost && best is null && looks <= MaxLooks; count++) { Pick(0, 0, count, needs, 0); }
        if (best is null && looks > MaxLooks && Greedy() is { } greedy && greedy.Length <= atMost) { best = greedy; }
        return best is null ? null : [.. best.Select(index => vms[index]).OrderBy(vm => vm.Priority).ThenBy(vm => vm.Vm)];
    }

    private double Help(long[] taken) => taken.Zip(needs, (take, need) => Math.Min(take, need) / (double)need).Sum();

    private long[][] MostFrom()
    {
        var suffix = new long[vms.Length + 1][];
        suffix[vms.Length] = new long[needs.Length];
        for (var i = vms.Length - 1; i >= 0; i--)
        {
            suffix[i] = [.. takes[i].Zip(suffix[i + 1], Math.Max)];
        }
        return suffix;
    }

    // No set can do that is too small even with those that take most off one shortage.
    private int Fewest()
    {
        var fewest = 1;
        for (var j = 0; j < needs.Length; j++)
        {
            var (left, count) = (needs[j], 0);
            foreach (var take in takes.Select(row => row[j]).OrderDescending())
            {
                if (left <= 0) { break; }
                (left, count) = (left - take, count + 1);
            }
            fewest = Math.Max(fewest, left > 0 ? int.MaxValue : count);
        }
        return fewest;
    }

    private void Pick(int from, int depth, int left, long[] missing, long share)
    {
        if (++looks > MaxLooks || (best is not null && share > Share)) { return; }
        if (left == 0)
        {
            if (Array.TrueForAll(missing, need => need <= 0)) { Keep(depth, share); }
            return;
        }
        for (var i = from; i <= vms.Length - left; i++)
        {
            if (!Suffices(i, left, missing)) { return; }
            if (i > from && shares[i] == shares[i - 1] && takes[i].AsSpan().SequenceEqual(takes[i - 1])) { continue; }
            picked[depth] = i;
            var index = i;
            Pick(i + 1, depth + 1, left - 1, [.. missing.Select((need, j) => need - takes[index][j])], share + shares[i]);
        }
    }

    private bool Suffices(int from, int left, long[] missing)
    {
        for (var j = 0; j < missing.Length; j++)
        {
            if (missing[j] > left * most[from][j]) { return false; }
        }
        return true;
    }

    // Of equal ones those with the lower ids.
    private void Keep(int depth, long share)
    {
        var found = picked[..depth];
        if (best is null || share < Share || (share == Share && Ids(found).CompareTo(Ids(best)) < 0)) { best = found; }
    }

    private string Ids(int[] set) => string.Join(' ', set.Select(index => vms[index].Vm).Order());

    private int[]? Greedy()
    {
        var chosen = new List<int>();
        var missing = needs.ToArray();
        while (Array.Exists(missing, need => need > 0))
        {
            var next = Enumerable.Range(0, vms.Length).Except(chosen).OrderByDescending(index => Progress(index, missing))
                .ThenBy(index => vms[index].Vm).Cast<int?>().FirstOrDefault();
            if (next is not { } index || Progress(index, missing) == 0) { return null; }
            chosen.Add(index);
            missing = [.. missing.Zip(takes[index], (need, take) => need - take)];
        }
        foreach (var index in chosen.OrderByDescending(each => shares[each]).ThenBy(each => vms[each].Vm).ToList())
        {
            if (Array.TrueForAll([.. missing.Zip(takes[index], (need, take) => need + take)], need => need <= 0))
            {
                missing = [.. missing.Zip(takes[index], (need, take) => need + take)];
                chosen.Remove(index);
            }
        }
        return [.. chosen];
    }

    private double Progress(int index, long[] missing) => missing.Zip(takes[index],
        (need, take) => Math.Min(take, Math.Max(0, need))).Zip(needs, (take, need) => take / (double)need).Sum();
}
