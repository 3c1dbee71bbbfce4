using ControlPlane.Core.Hosts;
using ControlPlane.Core.Images;
using FluentValidation;

namespace ControlPlane.Api.Images;

/// <summary>What holds for the members of an image wherever they are given.</summary>
internal static class ImageRules
{
    private const int MaxCommandLine = 2_048;
    internal const long MaxMemoryMiB = 16_777_216;
    internal const long MaxDiskGiB = 1_048_576;

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

    internal static void IsArchitecture<T>(this IRuleBuilder<T, string> word) => word
        .Must(text => Words.TryParse<CpuArchitecture>(text, out _)).WithMessage("must be X86_64 or AARCH64");

    internal static void IsFirmware<T>(this IRuleBuilder<T, string?> word) => word
        .Must(text => text is null || Words.TryParse<Firmware>(text, out _)).WithMessage("must be BIOS, UEFI or null");

    /// <summary>At most what a VM may have at all.</summary>
    internal static void IsLeast<T>(this IRuleBuilder<T, long?> amount, long most) => amount
        .Must(value => value is null || (value > 0 && value <= most)).WithMessage($"must be between 1 and {most}, or null");

    internal static bool IsKernel(string format) => Words.TryParse<ImageFormat>(format, out var parsed) && parsed == ImageFormat.Kernel;
}
