using System.CommandLine;
using FlexAttention.Benchmarks.Suites.Build;

namespace FlexAttention.Benchmarks.Suites;

/// <content>The suite that needs Roslyn, which a native AOT build leaves out.</content>
internal static partial class Suite
{
    static partial void AddBuildSuite(RootCommand root) => root.Add(BuildSuite.CreateCommand());
}
