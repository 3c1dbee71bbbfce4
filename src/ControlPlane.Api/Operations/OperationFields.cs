using ControlPlane.Api.Http.Lists;
using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Operations;

/// <summary>What lists of operations may be filtered and ordered by.</summary>
public static class OperationFields
{
    /// <summary>All of them.</summary>
    public static readonly ListFields<Operation> All = ListFields<Operation>
        .By<OperationId>(operation => operation.Id, OperationId.TryParse)
        .Text("target", operation => operation.Target)
        .Enum("kind", operation => operation.Kind)
        .Enum("state", operation => operation.State)
        .Value<OperationId>("parent", operation => operation.Parent, OperationId.TryParse)
        .Text("actor", operation => operation.Actor)
        .Time("createTime", operation => operation.CreateTime);
}
