namespace ControlPlane.Api.Http.Json;

/// <summary>The faults of one request by field path, all of them up to a bound.</summary>
public sealed class FaultList
{
    private const int MaxFields = 100;

    private readonly Dictionary<string, List<string>> faults = [];

    public bool IsEmpty => faults.Count == 0;

    public bool IsFull => faults.Count >= MaxFields;

    /// <summary>The path of a member.</summary>
    /// <param name="owner">The path of what it belongs to; empty for the body itself.</param>
    /// <param name="member">Its name on the wire.</param>
    public static string Join(string owner, string member) => owner.Length == 0 ? member : $"{owner}.{member}";

    public void Add(string path, string fault)
    {
        if (!faults.TryGetValue(path, out var ofField))
        {
            if (IsFull)
            {
                return;
            }

            faults[path] = ofField = [];
        }

        if (!ofField.Contains(fault))
        {
            ofField.Add(fault);
        }
    }

    public bool Has(string path) => faults.ContainsKey(path);

    public Problem ToProblem() => Problem.Validation(
        faults.OrderBy(fault => fault.Key, StringComparer.Ordinal).ToDictionary(fault => fault.Key, fault => fault.Value.ToArray()));
}
