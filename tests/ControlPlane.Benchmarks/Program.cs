using ControlPlane.Benchmarks;
using ControlPlane.Benchmarks.Traces;
using ControlPlane.Core.Scheduling;

// dotnet run -c Release --project tests/ControlPlane.Benchmarks -- [start|creates|boot|decide|numa|rebalance|all], or -- trace <folder> …
var which = args.FirstOrDefault() ?? "all";
if (which is "start" or "all") { await StartBenchmarks.RunAsync(rounds: 5); }
if (which is "creates" or "all") { await CreateBenchmarks.RunAsync(hosts: 1_000, clients: 16, creates: 2_000); }
if (which is "boot" or "all") { await BootBenchmarks.RunAsync(rounds: 7); }
if (which is "decide" or "all") { DecisionBenchmarks.Run(PlacementAlgorithm.Balanced); }
if (which is "numa" or "all") { NumaBenchmarks.Run(); }
if (which is "rebalance" or "all") { RebalanceBenchmarks.Run(); }
if (which is "trace") { TraceBenchmarks.Run(args[1..]); }
