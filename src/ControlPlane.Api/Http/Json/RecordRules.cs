using System.Collections;
using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FluentValidation;
using FluentValidation.Results;

namespace ControlPlane.Api.Http.Json;

/// <summary>
/// Checks a record that has the right shape: the annotations on its members, then its validators; every fault at its wire path.
/// </summary>
public static class RecordRules
{
    private static readonly ConcurrentDictionary<JsonPropertyInfo, IReadOnlyList<ValidationAttribute>> rules = [];
    private static readonly ConcurrentDictionary<Type, CheckedMember[]> members = [];

    public static Problem? Check<T>(T value, IEnumerable<IValidator<T>> validators)
        where T : class
    {
        var faults = new FaultList();
        Annotations(value, null, faults);
        foreach (var validator in validators)
        {
            foreach (var failure in validator.Validate(value).Errors)
            {
                faults.Add(WirePath(failure.PropertyName), Sentence(failure));
            }
        }

        return faults.IsEmpty ? null : faults.ToProblem();
    }

    private static void Annotations(object value, Place? place, FaultList faults)
    {
        var shape = ShapeOf(value);
        if (shape.Kind == JsonTypeInfoKind.Object)
        {
            foreach (var member in members.GetOrAdd(shape.Type, static (_, shape) => MembersOf(shape), shape))
            {
                Member(member, member.Get(value), place, faults);
            }
        }
        else if (shape.Kind == JsonTypeInfoKind.Enumerable && value is IEnumerable items)
        {
            var index = 0;
            foreach (var item in items)
            {
                if (item is not null) { Annotations(item, new Place(place, null, index), faults); }
                index++;
            }
        }
    }

    private static void Member(CheckedMember member, object? value, Place? owner, FaultList faults)
    {
        foreach (var rule in member.Rules)
        {
            if ((value is not null || rule is RequiredAttribute) && !rule.IsValid(value))
            {
                faults.Add(new Place(owner, member.Name, 0).ToString(), Sentence(rule, member.Name));
            }
        }

        if (value is not null && member.Descends) { Annotations(value, new Place(owner, member.Name, 0), faults); }
    }

    private static CheckedMember[] MembersOf(JsonTypeInfo shape) =>
    [
        .. shape.Properties.Where(property => property.Get is not null)
            .Select(property => new CheckedMember(
                property.Name, property.Get!, [.. RulesOf(property)], MayHaveRulesWithin(property.PropertyType)))
            .Where(member => member.Rules.Length > 0 || member.Descends),
    ];

    // By what it is declared as; what holds only words and numbers has no members to check.
    private static bool MayHaveRulesWithin(Type declared)
    {
        var shape = Wire.Plain.GetTypeInfo(Nullable.GetUnderlyingType(declared) ?? declared);
        return declared == typeof(object) || shape.Kind == JsonTypeInfoKind.Object
            || (shape.Kind == JsonTypeInfoKind.Enumerable && (shape.ElementType is not { } element || MayHaveRulesWithin(element)));
    }

    private static JsonTypeInfo ShapeOf(object value) => Wire.Plain.GetTypeInfo(value.GetType());

    internal static IReadOnlyList<ValidationAttribute> RulesOf(JsonPropertyInfo property) => rules.GetOrAdd(property, Read);

    // On a positional record an attribute sits on the parameter unless it says [property: …].
    private static IReadOnlyList<ValidationAttribute> Read(JsonPropertyInfo property) =>
        [.. new[] { property.AttributeProvider, property.AssociatedParameter?.AttributeProvider }
            .OfType<ICustomAttributeProvider>()
            .SelectMany(provider => provider.GetCustomAttributes(typeof(ValidationAttribute), inherit: true))
            .Cast<ValidationAttribute>()];

    private static string Sentence(ValidationAttribute rule, string name) => rule switch
    {
        AllowedValuesAttribute allowed => $"must be one of {string.Join(", ", allowed.Values.OfType<object>())}",
        { ErrorMessage: { } own } => own.TrimEnd('.'),
        RangeAttribute range => string.Create(CultureInfo.InvariantCulture, $"must be between {range.Minimum} and {range.Maximum}"),
        StringLengthAttribute length => $"must have {length.MinimumLength} to {length.MaximumLength} characters",
        MaxLengthAttribute length => $"must have at most {length.Length} characters or items",
        MinLengthAttribute length => $"must have at least {length.Length} characters or items",
        RegularExpressionAttribute pattern => $"must match {pattern.Pattern}",
        RequiredAttribute => "is required",
        _ => rule.FormatErrorMessage(name).TrimEnd('.'),
    };

    // FluentValidation begins with the display name, which the field path already says.
    private static string Sentence(ValidationFailure failure)
    {
        var message = failure.ErrorMessage.TrimEnd('.');
        var display = failure.FormattedMessagePlaceholderValues?.GetValueOrDefault("PropertyName") as string;
        return display is { Length: > 0 } && message.StartsWith($"'{display}' ", StringComparison.Ordinal)
            ? message[(display.Length + 3)..]
            : message;
    }

    private static string WirePath(string path) => string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));

    private sealed record CheckedMember(string Name, Func<object, object?> Get, ValidationAttribute[] Rules, bool Descends);

    // Where the walk is: put into words only where there is a fault.
    private sealed record Place(Place? Owner, string? Member, int Index)
    {
        public override string ToString() =>
            Member is null ? $"{Owner}[{Index}]" : FaultList.Join(Owner?.ToString() ?? "", Member);
    }
}
