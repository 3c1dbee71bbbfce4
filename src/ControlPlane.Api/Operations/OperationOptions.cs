using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Api.Operations;

/// <summary>Limits of operations: <c>ControlPlane:Operations</c>.</summary>
public sealed class OperationOptions
{
    /// <summary>Seconds to make a VM's files. 1 to 86,400.</summary>
    [Range(1, 86_400)]
    public int PrepareTimeoutSeconds { get; set; } = 600;

    /// <summary>Seconds until a started VM must run. 1 to 86,400.</summary>
    [Range(1, 86_400)]
    public int StartTimeoutSeconds { get; set; } = 180;

    /// <summary>Seconds beyond a guest's own deadline until a stop must be seen. 1 to 86,400.</summary>
    [Range(1, 86_400)]
    public int StopMarginSeconds { get; set; } = 60;

    /// <summary>
    /// Seconds that the guest of a VM that is stopped for another has to shut down, before its process is ended. 1 to 3,600.
    /// </summary>
    [Range(1, 3_600)]
    public int PreemptionGraceSeconds { get; set; } = 30;

    /// <summary>Seconds to remove a VM, or to undo a step. 1 to 86,400.</summary>
    [Range(1, 86_400)]
    public int RemoveTimeoutSeconds { get; set; } = 180;

    /// <summary>Seconds for pause, resume and changes of a spec. 1 to 86,400.</summary>
    [Range(1, 86_400)]
    public int ChangeTimeoutSeconds { get; set; } = 60;

    /// <summary>
    /// Operations that are worked on at once; the others wait in the store. Operations that only wait for their children are not
    /// counted; there may be as many of them again. 1 to 10,000.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxConcurrent { get; set; } = 512;

    /// <summary>Seconds between looks for operations that nobody works on. 1 to 3,600.</summary>
    [Range(1, 3_600)]
    public int SweepSeconds { get; set; } = 5;

    /// <summary>
    /// Where several processes share a database: seconds after which the operations of one that has gone silent are taken up by another.
    /// 3 to 300.
    /// </summary>
    [Range(3, 300)]
    public int LeaseSeconds { get; set; } = 15;

    /// <summary>Days that finished operations, their placements and rebalance plans are kept. 1 to 3,650.</summary>
    [Range(1, 3_650)]
    public int RetentionDays { get; set; } = 30;

    /// <summary>
    /// How long an undo is tried before the operation is given up with a warning: attempts of RemoveTimeoutSeconds each. 1 to 100.
    /// </summary>
    [Range(1, 100)]
    public int UndoAttempts { get; set; } = 5;
}
