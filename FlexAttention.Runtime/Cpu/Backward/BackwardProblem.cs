using FlexAttention.Execution;

namespace FlexAttention.Cpu.Backward;

/// <summary>A backward call as the CPU sees it.</summary>
/// <param name="Arguments">The validated problem.</param>
/// <param name="Transposed">Its forward problem with queries and keys exchanged, so that lists of queries are walked as those of keys are.</param>
/// <param name="Kinds">The gradients that are needed.</param>
/// <param name="Captures">Those of the captures that learn; none if they are not needed.</param>
internal readonly record struct BackwardProblem(
    BackwardArguments Arguments, ForwardArguments Transposed, GradientKinds Kinds, CaptureOutput[] Captures)
{
    /// <summary>Describes a call with the block mask that it may have.</summary>
    public static BackwardProblem Of(in BackwardArguments arguments, BlockMask? mask, GradientKinds kinds, CaptureOutput[] captures)
    {
        ForwardArguments transposed = arguments.Forward;
        (transposed.QLength, transposed.KvLength) = (transposed.KvLength, transposed.QLength);
        if (mask is not null)
            transposed.Blocks = mask.TransposedViewFor(tileM: 1, tileN: 1, out transposed.Mask);
        return new BackwardProblem(arguments, transposed, kinds, captures);
    }
}
