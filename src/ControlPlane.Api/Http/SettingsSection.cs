using System.ComponentModel.DataAnnotations;
using ControlPlane.Api.Http.Json;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Http;

/// <summary>One section of the settings and the options it becomes. Every fault is a sentence that begins with the full key.</summary>
internal sealed class SettingsSection<TOptions>(IConfigurationSection section, IEnumerable<KnownSection> others)
    : IConfigureOptions<TOptions>, IValidateOptions<TOptions>
    where TOptions : class
{
    public void Configure(TOptions options)
    {
        foreach (var setting in section.GetChildren().Where(child => !IsOfAnother(child)))
        {
            Set(options, setting);
        }
    }

    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        var sentences = results.Select(result => Sentence(result.MemberNames.FirstOrDefault(), result.ErrorMessage ?? "")).ToList();
        return sentences.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(sentences);
    }

    // By hand, one key at a time: the binder's own faults name our types, and it passes over keys it does not know.
    private void Set(TOptions options, IConfigurationSection setting)
    {
        var known = typeof(TOptions).GetProperties().Where(property => property.CanWrite).ToList();
        var property = known.Find(property => property.Name.Equals(setting.Key, StringComparison.OrdinalIgnoreCase))
            ?? throw Refuse($"{setting.Path} {Nearest.Unknown(setting.Key, known.Select(property => property.Name))}");
        try
        {
            property.SetValue(options, setting.Get(property.PropertyType));
        }
        catch (InvalidOperationException)
        {
            throw Refuse($"{setting.Path} must be {Called(property.PropertyType)}.");
        }
    }

    private bool IsOfAnother(IConfigurationSection child) => child.Value is null && others.Any(other => other.IsAtOrBelow(child.Path));

    private static OptionsValidationException Refuse(string sentence) => new(typeof(TOptions).Name, typeof(TOptions), [sentence]);

    private static string Called(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var plain when plain == typeof(bool) => "true or false",
        var plain when plain == typeof(TimeSpan) => "a time span such as 00:00:30",
        var plain when plain.IsEnum => $"one of {string.Join(", ", Enum.GetNames(plain))}",
        var plain when plain == typeof(int) || plain == typeof(long) => "a whole number",
        var plain when plain == typeof(double) || plain == typeof(decimal) => "a number",
        _ => "a value of another form",
    };

    // "The field X must be …" and "The X field is required." as the annotations say it; or a sentence of the options' own.
    private string Sentence(string? member, string message)
    {
        var plain = message.Replace($"The field {member} ", "", StringComparison.Ordinal)
            .Replace($"The {member} field ", "", StringComparison.Ordinal);
        var key = member is null ? section.Path : $"{section.Path}:{member}";
        return plain.StartsWith(key, StringComparison.Ordinal) ? plain : $"{key} {plain.TrimEnd('.')}.";
    }
}
