using ControlPlane.Api.Access;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Names;
using ControlPlane.Core.Pools;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Pools;

/// <summary>The pool of VMs that name none: there from the first start.</summary>
public static class DefaultPool
{
    /// <summary>Its name.</summary>
    public static readonly ResourceName Name = ResourceName.Parse("default");

    /// <summary>Makes it, unless it is there.</summary>
    public static Task EnsureAsync(Store store, CancellationToken ct) => store.WriteAsync(Caller.DefaultProject, async session =>
    {
        var missing = !await session.Db.Pools.AnyAsync(pool => pool.Name == Name);
        if (missing)
        {
            session.Db.Pools.Add(new Pool(new(Guid.CreateVersion7(session.Now)), Caller.DefaultProject, Name, null, session.Now));
        }
        return missing;
    }, ct);
}
