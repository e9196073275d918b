using System.CommandLine;
using FlexAttention.Benchmarks.Suites.Backward;
using FlexAttention.Benchmarks.Suites.BlockMasks;
using FlexAttention.Benchmarks.Suites.ColdStart;
using FlexAttention.Benchmarks.Suites.Cpu;
using FlexAttention.Benchmarks.Suites.Decode;
using FlexAttention.Benchmarks.Suites.Forward;
using FlexAttention.Benchmarks.Suites.Overhead;
using FlexAttention.Benchmarks.Suites.Report;
using FlexAttention.Benchmarks.Suites.Tune;

namespace FlexAttention.Benchmarks.Suites;

/// <summary>The suites of this program, one command each. The one that needs the JIT is left out of builds without it.</summary>
internal static partial class Suite
{
    public static RootCommand CreateCommand()
    {
        var root = new RootCommand("Times attention variants. Every figure is a median, and says on which device it was taken.")
        {
            ForwardSuite.CreateCommand(),
            BackwardSuite.CreateCommand(),
            BlockMaskSuite.CreateCommand(),
            DecodeSuite.CreateCommand(),
            TuneSuite.CreateCommand(),
            CpuSuite.CreateCommand(),
            ColdStartSuite.CreateCommand(),
            ColdStartProbe.CreateCommand(),
            OverheadSuite.CreateCommand(),
            ReportCommand.CreateCommand(),
        };
        AddBuildSuite(root);
        return root;
    }

    static partial void AddBuildSuite(RootCommand root);
}
