using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ControlPlane.Api.Http.Json;

/// <summary>
/// Compares a JSON document with the record it shall become: unknown, missing, repeated members and wrong types, all at once.
/// </summary>
public sealed class JsonShape
{
    private static readonly ConcurrentDictionary<Type, FrozenDictionary<string, JsonPropertyInfo>> members = [];

    private readonly FaultList faults;
    private readonly bool partial;

    private JsonShape(FaultList faults, bool partial)
    {
        this.faults = faults;
        this.partial = partial;
    }

    /// <summary>
    /// A partial document is a merge patch: nothing is required, and null (remove it) may stand anywhere. What it makes of the
    /// whole document is checked again after merging.
    /// </summary>
    public static void Check(JsonElement element, Type type, FaultList faults, bool partial = false) =>
        new JsonShape(faults, partial).Value(element, type, "", nullable: false);

    private void Value(JsonElement element, Type type, string path, bool nullable)
    {
        if (faults.IsFull)
        {
            return;
        }

        if (element.ValueKind == JsonValueKind.Null && type != typeof(JsonElement))
        {
            if (!nullable && !(partial && path.Length > 0))
            {
                faults.Add(path, "must not be null");
            }

            return;
        }

        Kind(element, Wire.Plain.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type), path);
    }

    private void Kind(JsonElement element, JsonTypeInfo shape, string path)
    {
        switch (shape.Kind)
        {
            case JsonTypeInfoKind.Object when element.ValueKind == JsonValueKind.Number && Shorthands.MemberOf(shape.Type) is { } member:
                Value(element, shape.Properties.Single(property => property.Name == member).PropertyType, path, nullable: false);
                break;
            case JsonTypeInfoKind.Object when shape.Type != typeof(object):
                Object(element, shape, path);
                break;
            case JsonTypeInfoKind.Dictionary:
                Dictionary(element, shape, path);
                break;
            case JsonTypeInfoKind.Enumerable:
                Array(element, shape, path);
                break;
            case JsonTypeInfoKind.Object:
            case JsonTypeInfoKind.None:
                if (JsonLeaf.Fault(element, shape.Type) is { } fault)
                {
                    faults.Add(path, fault);
                }

                break;
        }
    }

    private void Object(JsonElement element, JsonTypeInfo shape, string path)
    {
        if (!Is(element, JsonValueKind.Object, "an object", path))
        {
            return;
        }

        var known = MembersOf(shape);
        var seen = new HashSet<string>();
        foreach (var member in element.EnumerateObject())
        {
            Member(member, known, seen, path);
        }

        foreach (var property in known.Values.Where(property => property.IsRequired && !partial && !seen.Contains(property.Name)))
        {
            faults.Add(FaultList.Join(path, property.Name), "is required");
        }
    }

    private void Member(JsonProperty member, FrozenDictionary<string, JsonPropertyInfo> known, HashSet<string> seen, string path)
    {
        if (Name(member, path) is not { } name)
        {
            return;
        }

        if (!seen.Add(name))
        {
            faults.Add(FaultList.Join(path, Nearest.Shown(name)), "stands twice");
        }
        else if (!known.TryGetValue(name, out var property))
        {
            faults.Add(FaultList.Join(path, Nearest.Shown(name)), Nearest.Unknown(name, known.Keys));
        }
        else
        {
            Value(member.Value, property.PropertyType, FaultList.Join(path, name), property.IsSetNullable);
        }
    }

    private void Dictionary(JsonElement element, JsonTypeInfo shape, string path)
    {
        if (!Is(element, JsonValueKind.Object, "an object", path))
        {
            return;
        }

        var seen = new HashSet<string>();
        foreach (var member in element.EnumerateObject())
        {
            if (Name(member, path) is not { } name)
            {
                continue;
            }

            var at = FaultList.Join(path, Nearest.Shown(name));
            if (!seen.Add(name))
            {
                faults.Add(at, "stands twice");
            }

            Value(member.Value, shape.ElementType!, at, nullable: Nullable.GetUnderlyingType(shape.ElementType!) is not null);
        }
    }

    private void Array(JsonElement element, JsonTypeInfo shape, string path)
    {
        if (!Is(element, JsonValueKind.Array, "an array", path))
        {
            return;
        }

        var index = 0;
        foreach (var item in element.EnumerateArray())
        {
            Value(item, shape.ElementType!, $"{path}[{index++}]", nullable: false);
        }
    }

    private bool Is(JsonElement element, JsonValueKind kind, string called, string path)
    {
        if (element.ValueKind == kind)
        {
            return true;
        }

        faults.Add(path, path.Length == 0 ? $"The body must be {called}" : $"must be {called}");
        return false;
    }

    private string? Name(JsonProperty member, string path)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            faults.Add(path, "has a member whose name is not text (a lone surrogate)");
            return null;
        }
    }

    private static FrozenDictionary<string, JsonPropertyInfo> MembersOf(JsonTypeInfo shape) => members.GetOrAdd(
        shape.Type, static (_, shape) => shape.Properties.Where(IsReadable).ToFrozenDictionary(property => property.Name), shape);

    private static bool IsReadable(JsonPropertyInfo property) =>
        !property.IsExtensionData && (property.Set is not null || property.AssociatedParameter is not null);
}
