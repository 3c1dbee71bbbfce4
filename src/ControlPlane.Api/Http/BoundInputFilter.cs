using ControlPlane.Api.Http.Json;

namespace ControlPlane.Api.Http;

/// <summary>
/// Answers what could not be read, before the handler runs: query parameters nobody declared, bad bodies, bad headers; all at once.
/// </summary>
internal static class BoundInputFilter
{
    public static ValueTask<object?> AnswerProblemsAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var problems = call.Arguments.OfType<IBoundInput>()
            .Select(input => input.Problem)
            .Prepend(UnknownQuery(call.HttpContext))
            .OfType<Problem>();
        return Merge([.. problems]) is { } problem ? ValueTask.FromResult<object?>(new Answer.Refused(problem)) : next(call);
    }

    private static Problem? UnknownQuery(HttpContext context)
    {
        var known = context.GetEndpoint()?.Metadata.GetMetadata<KnownQuery>()?.Names ?? [];
        var faults = new FaultList();
        foreach (var name in context.Request.Query.Keys.Where(name => !known.Contains(name, StringComparer.Ordinal)))
        {
            faults.Add(Nearest.Shown(name), known.Count == 0 ? "is not known; this call takes no query" : Nearest.Unknown(name, known));
        }

        return faults.IsEmpty ? null : faults.ToProblem();
    }

    // A body of the wrong type or size says more than the faults of its fields.
    private static Problem? Merge(IReadOnlyList<Problem> problems)
    {
        if (problems.FirstOrDefault(problem => problem.Code != ProblemCode.ValidationFailed) is { } other)
        {
            return other;
        }

        var errors = problems.SelectMany(problem => problem.Errors ?? new Dictionary<string, string[]>())
            .GroupBy(error => error.Key, error => error.Value)
            .ToDictionary(field => field.Key, field => field.SelectMany(faults => faults).Distinct().ToArray());
        return problems.Count == 0 ? null : Problem.Validation(errors);
    }
}
