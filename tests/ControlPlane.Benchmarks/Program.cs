using ControlPlane.Benchmarks;
using ControlPlane.Benchmarks.Traces;
using ControlPlane.Core.Scheduling;

// dotnet run -c Release --project tests/ControlPlane.Benchmarks -- [start|creates|boot|decide|numa|rebalance|all], or -- trace <folder> …
// dotnet run -c Release --project tests/ControlPlane.Benchmarks -- allocations [--hosts 1000] [--clients 16] [--claims 8000], or -- startup [--hosts 10000] [--vms 100000]
// dotnet run -c Release --project tests/ControlPlane.Benchmarks -- compare <ControlPlane.Api.dll> <another> [--hosts 4000|1000,10000] [--before 8000|16000,80000] [--rounds 8] [--requests 2000] [--creates]
var which = args.FirstOrDefault() ?? "all";
if (which == "bare") { await BareEndpoint.ServeAsync(int.Parse(args[1]), args[2]); return; }
if (which == "empty") { await EmptyEndpoint.ServeAsync(int.Parse(args[1]), args[2]); return; }
if (which == "agents-part") { await AgentsPart.ServeAsync(new Uri(args[1])); return; }
if (which is "start" or "all") { await StartBenchmarks.RunAsync(rounds: 5); }
if (which == "startup") { await StartBenchmarks.RunLargeAsync(Number("hosts", 10_000), Number("vms", 100_000)); }
if (which is "creates" or "all") { await CreateBenchmarks.RunAsync(hosts: 1_000, clients: 16, creates: Number("creates", 2_000)); }
if (which is "allocations" or "all") { await AllocationBenchmarks.RunAsync(Number("hosts", 1_000), Number("clients", 16), Number("claims", 8_000)); }
if (which == "postgres")
{
    await AllocationBenchmarks.RunOnPostgresAsync(Number("hosts", 1_000), Number("clients", 16), Number("claims", 4_000), Number("services", 1));
}
if (which == "compare")
{
    await CompareBenchmarks.RunAsync(
        args[1..3], Numbers("hosts", 4_000), Numbers("before", 8_000), Number("rounds", 8), Number("requests", 2_000),
        creates: args.Contains("--creates"));
}
if (which is "boot" or "all") { await BootBenchmarks.RunAsync(rounds: 7); }
if (which is "decide" or "all") { DecisionBenchmarks.Run(PlacementAlgorithm.Balanced); }
if (which is "numa" or "all") { NumaBenchmarks.Run(); }
if (which is "rebalance" or "all") { RebalanceBenchmarks.Run(); }
if (which is "races") { await RaceBenchmarks.RunAsync(args.Length > 1 ? int.Parse(args[1]) : 1_000_000); }
if (which is "agents") { await AgentBenchmarks.RunAsync(args.Length > 1 ? int.Parse(args[1]) : 10_000); }
if (which is "migrate") { await new MigrateBenchmarks(busy: args.Contains("--busy"), postCopy: args.Contains("--post-copy"), disk: args.Contains("--disk"))
    .RunAsync(Number("rounds", 7)); }
if (which is "agent-start") { await AgentStartBenchmarks.RunAsync(Number("rounds", 7)); }
if (which is "loss") { await LossBenchmarks.RunAsync(Number("rounds", 5)); }
if (which is "drain") { await DrainBenchmarks.RunAsync(Number("vms", 20)); }
if (which is "trace") { TraceBenchmarks.Run(args[1..]); }

int Number(string name, int otherwise) => Numbers(name, otherwise)[0];

int[] Numbers(string name, int otherwise) =>
    Array.IndexOf(args, $"--{name}") is >= 0 and var at ? [.. args[at + 1].Split(',').Select(int.Parse)] : [otherwise];
