using System.Collections;
using System.Collections.Immutable;

namespace ControlPlane.Core.Resources;

/// <summary>Amounts by resource class, each above zero, sorted by class. A class that is not in it has amount zero.</summary>
public sealed class ResourceVector : IReadOnlyCollection<KeyValuePair<ResourceClass, long>>, IEquatable<ResourceVector>
{
    /// <summary>The most of one class: large enough for a fleet, small enough that sums of a million fit in 64 bits.</summary>
    public const long MaxAmount = 1L << 40;

    /// <summary>The most classes of one vector.</summary>
    public const int MaxClasses = 64;

    /// <summary>No amounts.</summary>
    public static readonly ResourceVector Empty = new([]);

    private readonly ImmutableArray<KeyValuePair<ResourceClass, long>> amounts;

    private ResourceVector(ImmutableArray<KeyValuePair<ResourceClass, long>> amounts) => this.amounts = amounts;

    /// <inheritdoc/>
    public int Count => amounts.Length;

    /// <summary>The amount of a class, zero when it is not there.</summary>
    public long this[ResourceClass resource]
    {
        get
        {
            foreach (var amount in amounts)
            {
                if (amount.Key == resource) { return amount.Value; }
            }
            return 0;
        }
    }

    /// <summary>
    /// Builds one; zero amounts are left out. Throws when an amount is below zero or above <see cref="MaxAmount"/>, or a class
    /// comes twice.
    /// </summary>
    public static ResourceVector Of(IEnumerable<KeyValuePair<ResourceClass, long>> amounts)
    {
        var kept = Sorted(amounts);
        for (var i = 0; i < kept.Length; i++)
        {
            Invariant.Check(kept[i].Value is > 0 and <= MaxAmount, $"amount of {kept[i].Key} out of range");
            Invariant.Check(i == 0 || kept[i].Key != kept[i - 1].Key, $"{kept[i].Key} comes twice");
        }
        return kept.IsEmpty ? Empty : new(kept);
    }

    // They mostly come in order, from another vector or from a host's inventory.
    private static ImmutableArray<KeyValuePair<ResourceClass, long>> Sorted(IEnumerable<KeyValuePair<ResourceClass, long>> amounts)
    {
        var kept = ImmutableArray.CreateBuilder<KeyValuePair<ResourceClass, long>>(4);
        var inOrder = true;
        foreach (var amount in amounts)
        {
            if (amount.Value == 0) { continue; }
            inOrder &= kept.Count == 0 || kept[^1].Key.CompareTo(amount.Key) <= 0;
            kept.Add(amount);
        }
        if (!inOrder) { kept.Sort((left, right) => left.Key.CompareTo(right.Key)); }
        return kept.DrainToImmutable();
    }

    /// <summary>Builds one from pairs.</summary>
    public static ResourceVector Of(params ReadOnlySpan<(ResourceClass Resource, long Amount)> amounts)
    {
        var pairs = new List<KeyValuePair<ResourceClass, long>>(amounts.Length);
        foreach (var (resource, amount) in amounts) { pairs.Add(new(resource, amount)); }
        return Of(pairs);
    }

    /// <summary>Both together.</summary>
    public ResourceVector Plus(ResourceVector other)
    {
        var sum = ImmutableArray.CreateBuilder<KeyValuePair<ResourceClass, long>>(Count + other.Count);
        var (left, right) = (0, 0);
        while (left < Count || right < other.Count)
        {
            var order = left == Count ? 1 : right == other.Count ? -1 : amounts[left].Key.CompareTo(other.amounts[right].Key);
            var (key, mine) = order <= 0 ? amounts[left++] : KeyValuePair.Create(other.amounts[right].Key, 0L);
            var amount = mine + (order >= 0 ? other.amounts[right++].Value : 0);
            Invariant.Check(amount <= MaxAmount, $"amount of {key} out of range");
            sum.Add(KeyValuePair.Create(key, amount));
        }
        return sum.Count == 0 ? Empty : new(sum.DrainToImmutable());
    }

    /// <summary>This without the other; false when the other has more of any class.</summary>
    public bool TryMinus(ResourceVector other, out ResourceVector rest)
    {
        rest = Empty;
        if (!Covers(other)) { return false; }
        rest = Of(amounts.Select(amount => KeyValuePair.Create(amount.Key, amount.Value - other[amount.Key])));
        return true;
    }

    /// <summary>What this has more of than the other, by class; zero where it has less.</summary>
    public ResourceVector Beyond(ResourceVector other) =>
        Of(amounts.Select(amount => KeyValuePair.Create(amount.Key, Math.Max(0, amount.Value - other[amount.Key]))));

    /// <summary>Whether this has at least as much of every class as the other.</summary>
    public bool Covers(ResourceVector other)
    {
        foreach (var amount in other.amounts)
        {
            if (this[amount.Key] < amount.Value) { return false; }
        }
        return true;
    }

    /// <summary>Walks the amounts in the order of their classes. A value type: the scheduler walks a demand for each host.</summary>
    public ImmutableArray<KeyValuePair<ResourceClass, long>>.Enumerator GetEnumerator() => amounts.GetEnumerator();

    internal ReadOnlySpan<KeyValuePair<ResourceClass, long>> AsSpan() => amounts.AsSpan();

    IEnumerator<KeyValuePair<ResourceClass, long>> IEnumerable<KeyValuePair<ResourceClass, long>>.GetEnumerator() =>
        ((IEnumerable<KeyValuePair<ResourceClass, long>>)amounts).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable)amounts).GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(ResourceVector? other) => other is not null && amounts.SequenceEqual(other.amounts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ResourceVector);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var amount in amounts) { hash.Add(amount); }
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", amounts.Select(amount => $"{amount.Value} {amount.Key}"));
}
