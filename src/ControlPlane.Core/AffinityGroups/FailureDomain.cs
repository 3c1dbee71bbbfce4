namespace ControlPlane.Core.AffinityGroups;

/// <summary>What fails together: a host, a zone, or the hosts with the same value of a label, such as those of a rack.</summary>
public readonly record struct FailureDomain
{
    private const string LabelPrefix = "label:";
    private const int MaxKeyLength = 63;
    private readonly string? key;

    private FailureDomain(FailureDomainKind kind, string? key) => (Kind, this.key) = (kind, key);

    /// <summary>Each host by itself: <c>HOST</c>.</summary>
    public static FailureDomain Host => new(FailureDomainKind.Host, null);

    /// <summary>Each zone: <c>ZONE</c>.</summary>
    public static FailureDomain Zone => new(FailureDomainKind.Zone, null);

    /// <summary>What it is made of.</summary>
    public FailureDomainKind Kind { get; }

    /// <summary>The label's key; empty where it is made of none.</summary>
    public string Key => key ?? "";

    /// <summary>Reads <c>HOST</c>, <c>ZONE</c> or <c>label:</c> and a key of 1 to 63 letters, digits, '.', '_', '/' and '-'.</summary>
    public static bool TryParse(string? text, out FailureDomain domain)
    {
        domain = text switch
        {
            "HOST" => Host,
            "ZONE" => Zone,
            { } label when label.StartsWith(LabelPrefix, StringComparison.Ordinal) =>
                new(FailureDomainKind.Label, label[LabelPrefix.Length..]),
            _ => default,
        };
        return domain.Kind == FailureDomainKind.Label ? IsKey(domain.Key) : text is "HOST" or "ZONE";
    }

    /// <summary>Reads a text known to be one; throws <see cref="FormatException"/> otherwise.</summary>
    public static FailureDomain Parse(string text) =>
        TryParse(text, out var domain) ? domain : throw new FormatException($"'{text}' is not a failure domain");

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        FailureDomainKind.Host => "HOST",
        FailureDomainKind.Zone => "ZONE",
        FailureDomainKind.Label => LabelPrefix + Key,
    };

    private static bool IsKey(string key) => key.Length is > 0 and <= MaxKeyLength
        && key.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '/' or '-');
}
