using BenchmarkDotNet.Running;
using DistilWhisperLab.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(LabConfig).Assembly).Run(args, LabConfig.Create());
