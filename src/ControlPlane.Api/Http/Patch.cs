using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using ControlPlane.Api.Http.Json;
using FluentValidation;
using Microsoft.AspNetCore.Http.Metadata;

namespace ControlPlane.Api.Http;

/// <summary>
/// An RFC 7396 merge patch for the patchable document <typeparamref name="T"/> of a resource: an absent member stays, null removes
/// (the default comes back), a value replaces. The merged document is read as strictly as a body.
/// </summary>
public sealed class Patch<T> : IBindableFromHttpContext<Patch<T>>, IEndpointParameterMetadataProvider, IBoundInput
    where T : class
{
    private readonly JsonElement patch;
    private readonly IEnumerable<IValidator<T>> validators;

    private Patch(JsonElement patch, IEnumerable<IValidator<T>> validators, Problem? problem)
    {
        this.patch = patch;
        this.validators = validators;
        Problem = problem;
    }

    public Problem? Problem { get; }

    /// <summary>From text, where no request is at hand.</summary>
    public static Patch<T> Of(string json, params IEnumerable<IValidator<T>> validators) =>
        Of(StrictJson.Parse(System.Text.Encoding.UTF8.GetBytes(json)), validators);

    public static async ValueTask<Patch<T>?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        Of(await BodyReader.ReadMergePatchAsync(context), BodyReader.ValidatorsOf<T>(context));

    /// <summary>For the rules of the call and for the API page.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new BodyShape(typeof(T), BodyReader.MergePatchType, Optional: false));

    /// <summary>Whether the patch speaks of the member: <c>patch.Touches("spec.vcpus")</c>.</summary>
    public bool Touches(string path)
    {
        var at = patch;
        foreach (var member in path.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(member, out at))
            {
                return false;
            }
        }

        return true;
    }

    public bool TryApply(T current, [NotNullWhen(true)] out T? changed, [NotNullWhen(false)] out Problem? problem)
    {
        var merged = MergePatch.Apply(JsonSerializer.SerializeToNode(current, Wire.Json), patch);
        var read = StrictJson.Read<T>(JsonSerializer.SerializeToElement(merged, Wire.Json));
        problem = Problem ?? read.Problem ?? RecordRules.Check(read.Value!, validators);
        changed = problem is null ? read.Value : null;
        return changed is not null;
    }

    private static Patch<T> Of(Parsed<JsonElement> parsed, IEnumerable<IValidator<T>> validators)
    {
        if (!parsed.IsValue)
        {
            return new Patch<T>(default, validators, parsed.Problem);
        }

        // Checked before merging: `{"unknwon":null}` would else remove nothing, in silence.
        var faults = new FaultList();
        JsonShape.Check(parsed.Value, typeof(T), faults, partial: true);
        return new Patch<T>(parsed.Value, validators, faults.IsEmpty ? null : faults.ToProblem());
    }
}
