using System.Globalization;

namespace ControlPlane.Api.Persistence;

/// <summary>A statement of a commit, made once for the lane's connection and run with other values each time.</summary>
/// <param name="values">How many parameters it has.</param>
public abstract class LaneStatement(int values) : IDisposable
{
    /// <summary>What its parameters are at the next run, <c>$1</c> first: whole numbers, truths, texts, bytes, or null.</summary>
    public object?[] Values { get; } = new object?[values];

    /// <summary>How a statement's text names a parameter: <c>$1</c> for that of <c>Values[0]</c>.</summary>
    public static string Parameter(int index) => string.Create(CultureInfo.InvariantCulture, $"${index + 1}");

    /// <summary>Runs it with the values it has now, at once or at the end of the commit; it may be given others afterwards.</summary>
    /// <param name="rows">How many rows it must change.</param>
    /// <param name="otherwise">What is wrong where it changes another number; null when that is no matter.</param>
    public abstract void Run(int rows = 0, Func<Exception>? otherwise = null);

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
