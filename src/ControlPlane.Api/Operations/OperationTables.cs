using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Operations;

/// <summary>The table of each kind.</summary>
public sealed class OperationTables
{
    private readonly Dictionary<OperationKind, OperationTable> tables;

    /// <summary>Takes the tables that the features give; each kind must have one.</summary>
    public OperationTables(IEnumerable<IOperationTables> features)
    {
        tables = features.SelectMany(feature => feature.All()).ToDictionary(table => table.Kind);
        var missing = Enum.GetValues<OperationKind>().Where(kind => !tables.ContainsKey(kind)).ToList();
        if (missing.Count > 0) { throw new InvalidOperationException($"no table for {string.Join(", ", missing)}"); }
    }

    /// <summary>The kinds that may have children.</summary>
    public IReadOnlyList<OperationKind> WithChildren =>
        field ??= [.. tables.Values.Where(table => table.HasChildren).Select(table => table.Kind)];

    /// <summary>The table of a kind.</summary>
    public OperationTable Of(OperationKind kind) => tables[kind];

    /// <summary>What one step of an operation does.</summary>
    public OperationStepWork WorkOf(Operation operation, int step)
    {
        var name = operation.Steps[step].Name;
        return Of(operation.Kind).Steps.First(work => work.Name == name);
    }

    /// <summary>Whether a caller's cancel can still be honoured: that of what is only done for a parent is the parent's.</summary>
    public bool CancellableByCaller(Operation operation) => !Of(operation.Kind).OnlyForParent && Cancellable(operation);

    /// <summary>Whether a cancel can still be honoured.</summary>
    public bool Cancellable(Operation operation) => OperationMachine.Cancellable(operation, Of(operation.Kind).Rules(operation));
}
