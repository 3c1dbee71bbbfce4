using ControlPlane.Contracts.Hosts;
using FluentValidation;

namespace ControlPlane.Api.Hosts;

/// <summary>Models and machine types become arguments of QEMU, where a comma begins an option: they are plain words.</summary>
internal sealed class EngineTermsDocumentValidator : AbstractValidator<EngineTermsDocument>
{
    private const int MaxWordLength = 64;

    public EngineTermsDocumentValidator() => RuleFor(terms => terms).Custom((terms, context) =>
    {
        Word(context, "cpuModel", terms.CpuModel);
        Word(context, "machineType", terms.MachineType);
        context.Ratios("overcommit", terms.Overcommit);
        context.Amounts("resources", terms.Resources);
    });

    private static void Word(ValidationContext<EngineTermsDocument> context, string path, string? word)
    {
        if (word is null || IsWord(word)) { return; }
        context.AddFailure(path, $"must be 1 to {MaxWordLength} letters, digits, '.', '_' and '-', not beginning with '-'");
    }

    private static bool IsWord(string word) => word.Length is > 0 and <= MaxWordLength && word[0] != '-'
        && word.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');
}
