using System.Globalization;
using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Reports;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Reports;

/// <summary>Reads the model of the running system, all of it at one moment.</summary>
public sealed class ModelReportService(Store store)
{
    /// <summary>The sums over the whole system, and a page of the caller's VMs with their terms.</summary>
    public async Task<Answer> ReadAsync(string? pageSize, string? pageToken, RequestTerms terms, CancellationToken ct)
    {
        var size = ListTerms.DefaultPageSize;
        if (pageSize is { Length: > 0 } && (!int.TryParse(pageSize, NumberStyles.None, CultureInfo.InvariantCulture, out size)
            || size is < 1 or > ListTerms.MaxPageSize))
        {
            return Problem.Validation("pageSize", $"must be a whole number between 1 and {ListTerms.MaxPageSize}");
        }
        VmId? after = null;
        if (pageToken is { Length: > 0 })
        {
            if (PageToken.Read(pageToken, new()) is not [{ } place] || !VmId.TryParse(place, out var last))
            {
                return Problem.Validation("pageToken", "is not one of this report; leave it out to begin again");
            }
            after = last;
        }
        return Answer.Ok(await ReadAsync(size, after, terms.Project, ct));
    }

    private async Task<ModelReport> ReadAsync(int pageSize, VmId? after, string project, CancellationToken ct)
    {
        await using var db = store.Read(null);
        await using var snapshot = await db.BeginSnapshotAsync(ct);
        var revision = await db.Events.MaxAsync(change => (long?)change.Revision, ct) ?? 0;
        var resources = await ModelSums.ResourcesAsync(db, ct);
        var (times, moves) = await ModelSums.TimesAndMovesAsync(db, ct);
        var isolation = await ModelSums.IsolationAsync(db, times.Count, ct);
        var vms = await VmsAsync(db, project, after, pageSize + 1, ct);
        var page = vms.Take(pageSize).ToList();
        var claims = await ClaimsAsync(db, page, ct);
        return new()
        {
            R = resources, T = times, I = isolation, M = moves, Revision = revision,
            Vms = [.. page.Select(vm => TermsOf(vm, claims))],
            NextPageToken = vms.Count > page.Count ? PageToken.Write(new(), [page[^1].Id.ToString()]) : null,
        };
    }

    private static Task<List<Vm>> VmsAsync(StoreContext db, string project, VmId? after, int count, CancellationToken ct)
    {
        var vms = db.Vms.Where(vm => vm.Project == project);
        if (after is { } last) { vms = vms.Where(vm => vm.Id > last); }
        return vms.OrderBy(vm => vm.Id).Take(count).ToListAsync(ct);
    }

    private static async Task<Dictionary<AllocationId, Allocation>> ClaimsAsync(StoreContext db, IEnumerable<Vm> page, CancellationToken ct)
    {
        var ids = page.Select(vm => vm.Allocation).OfType<AllocationId>().ToList();
        return await db.Allocations.Where(held => ids.Contains(held.Id)).ToDictionaryAsync(held => held.Id, ct);
    }

    private static VmTerms TermsOf(Vm vm, Dictionary<AllocationId, Allocation> claims) => new()
    {
        Vm = vm.Id.ToString(),
        Name = vm.Name.ToString(),
        Resources = vm.Allocation is { } claim && claims.TryGetValue(claim, out var held)
            ? held.Resources.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value)
            : new Dictionary<string, long>(),
        SchedulingMicroseconds = vm.ClaimMicroseconds,
        DecisionMicroseconds = vm.DecisionMicroseconds,
        Isolation = ModelSums.DegreeOf(vm),
        Migrations = vm.Migrations,
    };
}
