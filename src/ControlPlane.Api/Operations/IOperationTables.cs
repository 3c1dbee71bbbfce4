namespace ControlPlane.Api.Operations;

/// <summary>The tables that a feature gives.</summary>
public interface IOperationTables
{
    /// <summary>One per kind.</summary>
    IEnumerable<OperationTable> All();
}
