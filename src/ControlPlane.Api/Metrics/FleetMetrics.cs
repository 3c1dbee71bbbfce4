using System.Diagnostics.Metrics;

namespace ControlPlane.Api.Metrics;

/// <summary>The numbers of the fleet, for /metrics.</summary>
public sealed class FleetMetrics
{
    public const string MeterName = "ControlPlane";

    private readonly Counter<long> operations;
    private readonly Histogram<double> scheduling;
    private Func<IEnumerable<LedgerUse>> ledger = () => [];
    private Func<IEnumerable<OperationCount>> counts = () => [];
    private Func<IEnumerable<(string State, long Count)>> hosts = () => [];
    private Func<bool> brake = () => false;

    public FleetMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        operations = meter.CreateCounter<long>("controlplane.operations.transitions", description: "Operations that entered a state.");
        scheduling = meter.CreateHistogram<double>(
            "controlplane.scheduling.duration", "s", "Time of one placement decision.",
            advice: new() { HistogramBucketBoundaries = Buckets });
        meter.CreateObservableGauge("controlplane.ledger.used", () => Used(), description: "Allocated amount of a resource class.");
        meter.CreateObservableGauge("controlplane.ledger.capacity", () => Capacity(), description: "Capacity of a resource class.");
        meter.CreateObservableGauge("controlplane.operations", () => Counts(), description: "Operations by kind and state.");
        meter.CreateObservableGauge("controlplane.hosts", () => Hosts(), description: "Hosts by state.");
        meter.CreateObservableGauge("controlplane.hosts.loss_brake", () => brake() ? 1 : 0,
            description: "1 while so many hosts are silent at once that nothing is started elsewhere.");
    }

    private static double[] Buckets => [0.00001, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1];

    /// <summary>Where a scrape reads the ledger from; it must answer from memory.</summary>
    public void ReadLedgerFrom(Func<IEnumerable<LedgerUse>> source) => ledger = source;

    /// <summary>Where a scrape reads the operations from; it must answer from memory.</summary>
    public void ReadOperationsFrom(Func<IEnumerable<OperationCount>> source) => counts = source;

    /// <summary>Where a scrape reads the hosts and the loss brake from; it must answer from memory.</summary>
    public void ReadHostsFrom(Func<IEnumerable<(string State, long Count)>> source, Func<bool> holds) => (hosts, brake) = (source, holds);

    public void OperationEntered(string kind, string state) =>
        operations.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("state", state));

    public void Scheduled(TimeSpan took, string algorithm, string outcome) => scheduling.Record(
        took.TotalSeconds,
        new KeyValuePair<string, object?>("algorithm", algorithm),
        new KeyValuePair<string, object?>("outcome", outcome));

    private IEnumerable<Measurement<double>> Used() =>
        ledger().Select(use => new Measurement<double>(use.Used, new KeyValuePair<string, object?>("resource", use.Resource)));

    private IEnumerable<Measurement<double>> Capacity() =>
        ledger().Select(use => new Measurement<double>(use.Capacity, new KeyValuePair<string, object?>("resource", use.Resource)));

    private IEnumerable<Measurement<long>> Hosts() =>
        hosts().Select(count => new Measurement<long>(count.Count, new KeyValuePair<string, object?>("state", count.State)));

    private IEnumerable<Measurement<long>> Counts() => counts().Select(count => new Measurement<long>(
        count.Count, new KeyValuePair<string, object?>("kind", count.Kind), new KeyValuePair<string, object?>("state", count.State)));
}
