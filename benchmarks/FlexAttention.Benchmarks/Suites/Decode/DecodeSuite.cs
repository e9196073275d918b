using System.CommandLine;
using FlexAttention.Benchmarks.Problems;
using FlexAttention.Benchmarks.Suites.Attention;

namespace FlexAttention.Benchmarks.Suites.Decode;

/// <summary>One query over many keys, as a model that writes a token at a time has it.</summary>
internal static class DecodeSuite
{
    private const int QHeads = 32;
    private const int KvHeads = 8;
    private const int HeadDim = 128;

    private static readonly (int Batch, int Length)[] Sizes = [(1, 32768), (8, 8192), (64, 4096)];

    public static Command CreateCommand()
    {
        var quick = new Option<bool>("--quick") { Description = "One cell only." };
        var command = new Command("decode", "One query on a GPU, bfloat16; calls are queued, on both sides.") { quick };
        SuiteRun.AddTo(command, parsed => new(Cells(parsed.GetValue(quick) ? 1 : Sizes.Length), AttentionSuite.Forward));
        return command;
    }

    private static Cell[] Cells(int count) =>
    [
        .. Sizes.Take(count).Select(size => Cell.Attention(
            "decode", "none", new ProblemShape(size.Batch, QHeads, KvHeads, QLength: 1, size.Length, HeadDim))),
    ];
}
