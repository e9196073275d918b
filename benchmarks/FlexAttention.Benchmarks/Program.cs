using System.CommandLine;
using FlexAttention.Benchmarks.Suites;

return Suite.CreateCommand().Parse(args).Invoke();
