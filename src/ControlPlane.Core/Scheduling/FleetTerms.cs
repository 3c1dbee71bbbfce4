using System.Collections.Immutable;
using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>Numbers for the words and resource classes of a fleet. Immutable; a number once given stays.</summary>
internal sealed class FleetTerms
{
    internal static readonly FleetTerms None = new(
        ImmutableDictionary<HostAttribute, int>.Empty, ImmutableDictionary<ResourceClass, int>.Empty);

    private readonly ImmutableDictionary<HostAttribute, int> attributes;
    private readonly ImmutableDictionary<ResourceClass, int> classes;

    private FleetTerms(ImmutableDictionary<HostAttribute, int> attributes, ImmutableDictionary<ResourceClass, int> classes) =>
        (this.attributes, this.classes) = (attributes, classes);

    /// <summary>How many numbers words have; each is below it.</summary>
    internal int Attributes => attributes.Count;

    /// <summary>The number of a word, or -1 when no host has it.</summary>
    internal int IdOf(HostAttribute attribute) => attributes.GetValueOrDefault(attribute, -1);

    /// <summary>How many numbers classes have; each is below it.</summary>
    internal int Classes => classes.Count;

    /// <summary>The number of a class, or -1 when no host has it.</summary>
    internal int IdOf(ResourceClass resource) => classes.GetValueOrDefault(resource, -1);

    /// <summary>This with what a host brings.</summary>
    internal FleetTerms With(HostSnapshot host)
    {
        var (words, things) = (attributes, classes);
        foreach (var attribute in HostAttribute.Of(host))
        {
            if (!words.ContainsKey(attribute)) { words = words.Add(attribute, words.Count); }
        }
        foreach (var resource in ClassesOf(host))
        {
            if (!things.ContainsKey(resource)) { things = things.Add(resource, things.Count); }
        }
        return words == attributes && things == classes ? this : new(words, things);
    }

    /// <summary>The classes a host has, itself or by an engine.</summary>
    internal static IEnumerable<ResourceClass> ClassesOf(HostSnapshot host)
    {
        foreach (var (resource, _) in host.Capacity) { yield return resource; }
        foreach (var engine in host.Engines)
        {
            foreach (var (resource, _) in engine.Capacity) { yield return resource; }
        }
    }
}
