namespace ControlPlane.Api.Http;

/// <summary>A section of the settings that somebody reads; a section that nobody reads is a typing error.</summary>
internal sealed record KnownSection(string Path)
{
    public bool IsAtOrBelow(string path) =>
        Path.Equals(path, StringComparison.OrdinalIgnoreCase) || Path.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase);
}
