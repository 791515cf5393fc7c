using BenchmarkDotNet.Running;
using Fabraix.Proxy.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(LeakGuardBenchmarks).Assembly).Run(args);
