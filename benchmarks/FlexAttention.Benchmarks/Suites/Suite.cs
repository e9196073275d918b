using System.CommandLine;
using FlexAttention.Benchmarks.Suites.ColdStart;
using FlexAttention.Benchmarks.Suites.Forward;

namespace FlexAttention.Benchmarks.Suites;

/// <summary>The suites of this program, one command each. Those that need the JIT or libtorch are left out of builds without them.</summary>
internal static partial class Suite
{
    public static RootCommand CreateCommand()
    {
        var root = new RootCommand("Times attention variants. Every figure is a median, and says on which device it was taken.")
        {
            ForwardSuite.CreateCommand(),
            ColdStartSuite.CreateCommand(),
            ColdStartProbe.CreateCommand(),
        };
        AddBuildSuite(root);
        AddCpuSuite(root);
        return root;
    }

    static partial void AddBuildSuite(RootCommand root);

    static partial void AddCpuSuite(RootCommand root);
}
