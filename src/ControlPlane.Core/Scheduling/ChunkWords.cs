using ControlPlane.Core.AffinityGroups;

namespace ControlPlane.Core.Scheduling;

/// <summary>The words that a chunk's hosts carry, with one bit for each host that does. Immutable.</summary>
internal sealed class ChunkWords
{
    private readonly int[] ids;
    private readonly HostAttribute[] words;
    private readonly ulong[] carriers;

    private ChunkWords(int[] ids, HostAttribute[] words, ulong[] carriers) =>
        (this.ids, this.words, this.carriers) = (ids, words, carriers);

    /// <summary>How many words there are.</summary>
    internal int Count => ids.Length;

    internal static ChunkWords Of(ReadOnlySpan<HostSnapshot> hosts, FleetTerms terms)
    {
        var found = new SortedDictionary<int, (HostAttribute Word, ulong Bits)>();
        for (var row = 0; row < hosts.Length; row++)
        {
            foreach (var word in HostAttribute.Of(hosts[row]))
            {
                var id = terms.IdOf(word);
                found[id] = (word, found.GetValueOrDefault(id).Bits | (1UL << row));
            }
        }
        return new([.. found.Keys], [.. found.Values.Select(each => each.Word)], [.. found.Values.Select(each => each.Bits)]);
    }

    /// <summary>The hosts that carry a word.</summary>
    internal ulong Carrying(int id) => ids.AsSpan().BinarySearch(id) is >= 0 and var at ? carriers[at] : 0;

    /// <summary>The word at a place.</summary>
    internal HostAttribute Word(int place) => words[place];

    /// <summary>Whether the word at a place names one of these domains.</summary>
    internal bool IsIn(FailureDomain scope, int place) => words[place].IsIn(scope);

    /// <summary>The fleet's number of the word at a place.</summary>
    internal int Id(int place) => ids[place];

    /// <summary>The hosts that carry the word at a place.</summary>
    internal ulong Carriers(int place) => carriers[place];
}
