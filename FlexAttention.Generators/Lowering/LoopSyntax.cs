using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>The parts that every kind of loop has.</summary>
/// <param name="Loop">The loop.</param>
/// <param name="Before">What runs once.</param>
/// <param name="Condition">What must hold for an iteration to start; null if nothing.</param>
/// <param name="Body">What an iteration does.</param>
/// <param name="AtBottom">What an iteration ends with, also after <c>continue</c>.</param>
/// <param name="TestsFirst">Whether the condition is tested before the first iteration.</param>
internal sealed record LoopSyntax(
    ILoopOperation Loop,
    IReadOnlyList<IOperation> Before,
    IOperation? Condition,
    IReadOnlyList<IOperation> Body,
    IReadOnlyList<IOperation> AtBottom,
    bool TestsFirst)
{
    public static LoopSyntax Of(ILoopOperation loop)
    {
        IReadOnlyList<IOperation> body = loop.Body is IBlockOperation block ? block.Operations : [loop.Body];
        return loop switch
        {
            IForLoopOperation counted => new(loop, counted.Before, counted.Condition, body, counted.AtLoopBottom, TestsFirst: true),
            IWhileLoopOperation { ConditionIsTop: true } conditional => OfWhile(conditional, body),
            IWhileLoopOperation conditional => new(loop, [], conditional.Condition, body, [], TestsFirst: false),
            _ => throw new ArgumentException("foreach has no condition.", nameof(loop)),
        };
    }

    /// <summary>The last statement of a <c>while</c> is at its bottom, where a <c>for</c> counts, if no <c>continue</c> skips it.</summary>
    private static LoopSyntax OfWhile(IWhileLoopOperation loop, IReadOnlyList<IOperation> body)
    {
        bool skips = loop.Body.Descendants().OfType<IBranchOperation>()
            .Any(branch => SymbolEqualityComparer.Default.Equals(branch.Target, loop.ContinueLabel));
        int bottom = skips || body.Count == 0 ? 0 : 1;
        return new(loop, [], loop.Condition, [.. body.Take(body.Count - bottom)], [.. body.Skip(body.Count - bottom)], TestsFirst: true);
    }
}
