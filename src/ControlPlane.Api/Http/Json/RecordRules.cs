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
        // Where a fault is, is asked only where there is one.
        if (!IsSound(value)) { Annotations(value, ShapeOf(value), "", faults); }
        foreach (var validator in validators)
        {
            foreach (var failure in validator.Validate(value).Errors)
            {
                faults.Add(WirePath(failure.PropertyName), Sentence(failure));
            }
        }

        return faults.IsEmpty ? null : faults.ToProblem();
    }

    private static bool IsSound(object value)
    {
        var shape = ShapeOf(value);
        if (shape.Kind == JsonTypeInfoKind.Object)
        {
            foreach (var member in members.GetOrAdd(shape.Type, static (_, shape) => MembersOf(shape), shape))
            {
                if (!member.IsSound(value)) { return false; }
            }
        }
        else if (shape.Kind == JsonTypeInfoKind.Enumerable && value is IEnumerable items)
        {
            foreach (var item in items)
            {
                if (item is not null && !IsSound(item)) { return false; }
            }
        }

        return true;
    }

    private static CheckedMember[] MembersOf(JsonTypeInfo shape) =>
    [
        .. shape.Properties.Where(property => property.Get is not null)
            .Select(property => new CheckedMember(property.Get!, [.. RulesOf(property)], MayHaveRulesWithin(property.PropertyType)))
            .Where(member => member.Rules.Length > 0 || member.Descends),
    ];

    // By what it is declared as; what holds only words and numbers has no members to check.
    private static bool MayHaveRulesWithin(Type declared)
    {
        var shape = Wire.Plain.GetTypeInfo(Nullable.GetUnderlyingType(declared) ?? declared);
        return declared == typeof(object) || shape.Kind == JsonTypeInfoKind.Object
            || (shape.Kind == JsonTypeInfoKind.Enumerable && (shape.ElementType is not { } element || MayHaveRulesWithin(element)));
    }

    private static void Annotations(object value, JsonTypeInfo shape, string path, FaultList faults)
    {
        switch (shape.Kind)
        {
            case JsonTypeInfoKind.Object:
                foreach (var property in shape.Properties)
                {
                    if (property.Get is { } get) { Member(property, get(value), path, faults); }
                }

                break;
            case JsonTypeInfoKind.Enumerable when value is IEnumerable items:
                foreach (var (index, item) in items.Cast<object?>().Index().Where(pair => pair.Item is not null))
                {
                    Annotations(item!, ShapeOf(item!), $"{path}[{index}]", faults);
                }

                break;
            case JsonTypeInfoKind.Enumerable:
            case JsonTypeInfoKind.Dictionary:
            case JsonTypeInfoKind.None:
                break;
        }
    }

    private static void Member(JsonPropertyInfo property, object? value, string owner, FaultList faults)
    {
        foreach (var rule in RulesOf(property))
        {
            if ((value is not null || rule is RequiredAttribute) && !rule.IsValid(value))
            {
                faults.Add(FaultList.Join(owner, property.Name), Sentence(rule, property.Name));
            }
        }

        if (value is not null && ShapeOf(value) is { Kind: JsonTypeInfoKind.Object or JsonTypeInfoKind.Enumerable } shape)
        {
            Annotations(value, shape, FaultList.Join(owner, property.Name), faults);
        }
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

    private sealed record CheckedMember(Func<object, object?> Get, ValidationAttribute[] Rules, bool Descends)
    {
        internal bool IsSound(object owner)
        {
            var value = Get(owner);
            foreach (var rule in Rules)
            {
                if ((value is not null || rule is RequiredAttribute) && !rule.IsValid(value)) { return false; }
            }

            return value is null || !Descends || RecordRules.IsSound(value);
        }
    }
}
