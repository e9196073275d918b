using System.CommandLine;
using FlexAttention.Benchmarks.Suites.Attention;

namespace FlexAttention.Benchmarks.Suites.Forward;

/// <summary>The forward kernels on a GPU, beside the peers.</summary>
internal static class ForwardSuite
{
    public static Command CreateCommand()
    {
        var grid = new AttentionGrid();
        var command = new Command("forward", "Forward on a GPU, bfloat16, beside PyTorch's flex_attention, cuDNN and FlashAttention-2.");
        grid.AddTo(command);
        SuiteRun.AddTo(command, parsed => new(grid.Read(command.Name, parsed), AttentionSuite.Forward));
        return command;
    }
}
