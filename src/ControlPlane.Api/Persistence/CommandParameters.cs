using System.Data.Common;

namespace ControlPlane.Api.Persistence;

/// <summary>Parameters of statements that are made once and run with other values each time.</summary>
internal static class CommandParameters
{
    /// <summary>Adds one without a value.</summary>
    internal static void AddParameter(this DbCommand command, string name)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        command.Parameters.Add(parameter);
    }
}
