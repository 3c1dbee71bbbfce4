using System.Data.Common;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// How a commit's statements are run: at once in a database within the process, and where each would be a journey all together in one.
/// </summary>
public interface ILaneStatements
{
    /// <summary>Makes a statement whose parameters are <c>$1</c> and on, numbered in the order in which each first occurs.</summary>
    LaneStatement Make(string text, int values);

    /// <summary>Runs what waits.</summary>
    void End(DbTransaction transaction);

    /// <summary>Forgets what waits.</summary>
    void Clear();
}
