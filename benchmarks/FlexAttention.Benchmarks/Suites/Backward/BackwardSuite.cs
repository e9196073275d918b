using System.CommandLine;
using FlexAttention.Benchmarks.Problems;
using FlexAttention.Benchmarks.Suites.Attention;

namespace FlexAttention.Benchmarks.Suites.Backward;

/// <summary>The backward kernels on a GPU, beside the peers: the backward call alone, on both sides.</summary>
internal static class BackwardSuite
{
    public static Command CreateCommand()
    {
        var grid = new AttentionGrid([.. BackwardCatalogue.Further.Keys]);
        var command = new Command("backward", "Backward on a GPU, bfloat16, beside PyTorch's flex_attention, cuDNN and FlashAttention-2.");
        grid.AddTo(command);
        SuiteRun.AddTo(command, parsed => new(grid.Read(command.Name, parsed), AttentionSuite.Backward));
        return command;
    }
}
