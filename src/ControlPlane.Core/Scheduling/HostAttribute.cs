namespace ControlPlane.Core.Scheduling;

/// <summary>A word that hosts carry or not, one bit per host: a zone, a label with its value, a trait.</summary>
/// <param name="Kind">What the word is.</param>
/// <param name="Word">The zone, the label's key, the trait.</param>
/// <param name="Value">The label's value.</param>
internal readonly record struct HostAttribute(HostAttributeKind Kind, string Word, string Value)
{
    internal static HostAttribute Zone(string zone) => new(HostAttributeKind.Zone, zone, "");

    internal static HostAttribute Label(string key, string value) => new(HostAttributeKind.Label, key, value);

    internal static HostAttribute Trait(string trait) => new(HostAttributeKind.Trait, trait, "");

    internal static IEnumerable<HostAttribute> Of(HostSnapshot host)
    {
        if (host.Zone is { } zone) { yield return Zone(zone); }
        foreach (var (key, value) in host.Labels) { yield return Label(key, value); }
        foreach (var trait in host.Traits) { yield return Trait(trait); }
    }
}
