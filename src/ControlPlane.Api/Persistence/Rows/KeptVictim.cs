using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Persistence.Rows;

/// <summary>A VM that is stopped for another.</summary>
/// <param name="Vm">Its id.</param>
/// <param name="Name">Its name then.</param>
/// <param name="Pool">The pool charged for it, as its id's text.</param>
/// <param name="Priority">Its priority then.</param>
/// <param name="Frees">What it gives back.</param>
/// <param name="Before">What it was told to be before.</param>
public sealed record KeptVictim(VmId Vm, string Name, string Pool, int Priority, ResourceVector Frees, Power Before);
