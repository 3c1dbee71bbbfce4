using ControlPlane.Core.Images;
using FluentValidation;

namespace ControlPlane.Api.Images;

/// <summary>What holds for the members of an image wherever they are given.</summary>
internal static class ImageRules
{
    private const int MaxCommandLine = 2_048;
    private const int MaxLabels = 64;
    private const int MaxLabelKey = 63;
    private const int MaxLabelValue = 255;

    /// <summary>Other characters would end the line, or hide in it, on the way to a guest.</summary>
    internal static void IsCommandLine<T>(this IRuleBuilder<T, string?> line) => line
        .Must(text => text is null || (text.Length <= MaxCommandLine && text.All(character => character is >= ' ' and <= '~')))
        .WithMessage($"must be at most {MaxCommandLine} visible ASCII characters and spaces, on one line");

    internal static void AreLabels<T>(this IRuleBuilder<T, IReadOnlyDictionary<string, string>> labels)
    {
        labels.Must(given => given.Count <= MaxLabels).WithMessage($"must have at most {MaxLabels} labels");
        labels.Must(given => given.All(label => label.Key.Length is > 0 and <= MaxLabelKey && label.Value is { Length: <= MaxLabelValue }))
            .WithMessage($"must have keys of 1 to {MaxLabelKey} and values of at most {MaxLabelValue} characters");
    }

    internal static bool IsKernel(string format) => Words.TryParse<ImageFormat>(format, out var parsed) && parsed == ImageFormat.Kernel;
}
