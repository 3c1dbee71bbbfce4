using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Contracts.Reports;

namespace ControlPlane.Api.Reports;

/// <summary><c>/v1/reports</c>.</summary>
public static class ReportEndpoints
{
    /// <summary>Maps them.</summary>
    public static RouteGroupBuilder MapReports(this RouteGroupBuilder v1)
    {
        v1.MapGet("/reports/model", ModelAsync).WithTags("Reports").Answers<ModelReport>(200)
            .WithQuery("pageSize", $"VMs per page, 1 to {ListTerms.MaxPageSize}; {ListTerms.DefaultPageSize} when left out.", typeof(int))
            .WithQuery("pageToken", "The nextPageToken of the page before.")
            .Describes("The model of the running system", "R = Σ rᵢ (resources), T = Σ tᵢ (scheduling time), I = Σ iᵢ (isolation degree) "
                + "and M = Σ mᵢ (migrations), over the whole system, with the terms of each VM. Read at one moment: `revision` says which. "
                + "R is summed over all allocations and must equal what the hosts' ledger says is used; `consistent` says whether so.");
        return v1;
    }

    private static Task<Answer> ModelAsync(
        string? pageSize, string? pageToken, RequestTerms terms, ModelReportService report, CancellationToken ct) =>
        report.ReadAsync(pageSize, pageToken, terms, ct);
}
