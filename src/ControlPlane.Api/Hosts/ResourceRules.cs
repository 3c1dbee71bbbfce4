using ControlPlane.Api.Http.Json;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Contracts.Pools;
using ControlPlane.Core.Resources;
using FluentValidation;

namespace ControlPlane.Api.Hosts;

/// <summary>Bounds of resource classes and of what is said of them. A fault of the amount stands at the class, in both its forms.</summary>
internal static class ResourceRules
{
    private const string ClassRule = "is not a resource class: 1 to 63 letters, digits, '-', '_' and '.', beginning with a letter";
    private const string RatioRule = "must be between 0.001 and 1000, in steps of 0.001";

    private static readonly string amountRule = $"must be between 1 and {ResourceVector.MaxAmount}";

    /// <summary>Amounts of classes, each above zero.</summary>
    internal static void Amounts<T>(this ValidationContext<T> context, string path, IReadOnlyDictionary<string, long> amounts)
    {
        foreach (var (at, amount) in context.Classes(path, amounts))
        {
            if (!IsAmount(amount)) { context.AddFailure(at, amountRule); }
        }
    }

    /// <summary>What a host has of each class.</summary>
    internal static void Capacity<T>(this ValidationContext<T> context, string path, IReadOnlyDictionary<string, CapacityTerms> capacity)
    {
        foreach (var (at, terms) in context.Classes(path, capacity))
        {
            if (!IsAmount(terms.Total)) { context.AddFailure(at, $"total {amountRule}"); }
            else if (terms.Reserved < 0 || terms.Reserved > terms.Total)
            {
                context.AddFailure($"{at}.reserved", $"must be between 0 and the total, which is {terms.Total}");
            }
            if (!Overcommit.TryFrom(terms.Overcommit, out _)) { context.AddFailure($"{at}.overcommit", RatioRule); }
        }
    }

    /// <summary>What a pool may promise of each class.</summary>
    internal static void Limits<T>(this ValidationContext<T> context, string path, IReadOnlyDictionary<string, PoolLimitTerms> limits)
    {
        foreach (var (at, terms) in context.Classes(path, limits))
        {
            if (terms.Limit is { } limit && !IsAmount(limit)) { context.AddFailure(at, $"limit {amountRule}"); }
            if (!Overcommit.TryFrom(terms.Overcommit, out _)) { context.AddFailure($"{at}.overcommit", RatioRule); }
        }
    }

    /// <summary>How often each class may be promised.</summary>
    internal static void Ratios<T>(this ValidationContext<T> context, string path, IReadOnlyDictionary<string, double> ratios)
    {
        foreach (var (at, ratio) in context.Classes(path, ratios))
        {
            if (!Overcommit.TryFrom(ratio, out _)) { context.AddFailure(at, RatioRule); }
        }
    }

    /// <summary>A vector of amounts that have been validated.</summary>
    internal static ResourceVector VectorOf(IReadOnlyDictionary<string, long> amounts) =>
        ResourceVector.Of(amounts.Select(amount => KeyValuePair.Create(ResourceClass.Parse(amount.Key), amount.Value)));

    /// <summary>A ratio that has been validated.</summary>
    internal static Overcommit RatioOf(double ratio) =>
        Overcommit.TryFrom(ratio, out var overcommit) ? overcommit : throw new FormatException($"{ratio} is not an over-commit");

    private static IEnumerable<(string Path, TValue Value)> Classes<T, TValue>(
        this ValidationContext<T> context, string path, IReadOnlyDictionary<string, TValue> byClass)
    {
        if (byClass.Count > ResourceVector.MaxClasses)
        {
            context.AddFailure(path, $"must name at most {ResourceVector.MaxClasses} resource classes");
        }
        foreach (var (resource, value) in byClass.Take(ResourceVector.MaxClasses))
        {
            var at = $"{path}.{Nearest.Shown(resource)}";
            if (!ResourceClass.TryParse(resource, out _)) { context.AddFailure(at, ClassRule); }
            yield return (at, value);
        }
    }

    private static bool IsAmount(long amount) => amount is > 0 and <= ResourceVector.MaxAmount;
}
