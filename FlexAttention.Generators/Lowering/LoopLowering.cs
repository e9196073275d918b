using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Ir;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>Lowers loops: short ones iteration by iteration, the others to a fold.</summary>
internal sealed class LoopLowering(LoweringContext context)
{
    /// <summary>A loop of at most this many iterations, and of this many operations in all, is unrolled.</summary>
    private const int MaxUnrolledIterations = 16;

    private const int MaxUnrolledOperations = 1000;

    /// <summary>How far a loop without a counter is followed, in the hope that its condition is constant.</summary>
    private const int MaxIterations = 256;

    public void Lower(ILoopOperation loop)
    {
        LoopSyntax syntax = LoopSyntax.Of(loop);
        foreach (IOperation statement in syntax.Before)
            context.Statements.Lower(statement);
        AssignedVariables assigned = AssignedVariables.Of(syntax, context);
        if (CountedLoop.Of(syntax, assigned) is not { } counted)
        {
            Unroll(syntax, isBounded: false);
            return;
        }

        int start = context.Region.NodeOf((ScalarValue)context.State.Variables[counted.Counter]);
        int end = End(counted);
        if (IsShort(loop, counted, start, end))
            Unroll(syntax, isBounded: true);
        else
            new FoldLowering(context, syntax, counted, assigned).Lower(start, end);
    }

    /// <summary>The first value that the counter does not take: the nearest of its bounds.</summary>
    private int End(CountedLoop counted)
    {
        IrOp nearest = counted.Step > 0 ? IrOp.Minimum : IrOp.Maximum;
        return counted.Bounds.Select(bound => End(bound, counted.Step)).Aggregate((x, y) => context.Ir.Operation(nearest, x, y));
    }

    private int End(LoopBound bound, int step)
    {
        int value = context.Expressions.LowerScalar(bound.Value);
        if (!bound.IsIncluded)
            return value;
        // Past the last int there is no value: the bound saturates, so that another one can still be the nearest.
        int next = context.Ir.Operation(IrOp.Add, value, context.Ir.Int32(Math.Sign(step)));
        return context.Ir.Operation(step > 0 ? IrOp.Maximum : IrOp.Minimum, value, next);
    }

    private bool IsShort(ILoopOperation loop, CountedLoop counted, int start, int end)
    {
        if (context.Ir.ConstantAt(start) is not { } first || context.Ir.ConstantAt(end) is not { } last)
            return false;
        long distance = counted.Step > 0 ? last.Bits - first.Bits : first.Bits - last.Bits;
        long step = Math.Abs(counted.Step);
        long iterations = (distance + step - 1) / step;
        return iterations <= MaxUnrolledIterations && iterations * loop.Body.Descendants().Count() <= MaxUnrolledOperations;
    }

    /// <summary>Lowers a loop iteration by iteration, until no path starts another.</summary>
    private void Unroll(LoopSyntax syntax, bool isBounded)
    {
        ILoopOperation loop = syntax.Loop;
        (FlowState entry, int returns, bool hadFailed) = (context.State, context.Frame.Returns.Count, context.HasFailed);
        for (int iteration = 0; !context.IsUnreachable && context.HasFailed == hadFailed; iteration++)
        {
            if (iteration > MaxIterations)
                throw Unbounded(loop, $"this one still runs after {MaxIterations} iterations");
            if (iteration > 0 || syntax.TestsFirst)
                Test(syntax, isBounded);
            context.Statements.LowerAll(syntax.Body);
            context.Jumps.Land(loop.ContinueLabel, context, loop);
            context.Statements.LowerAll(syntax.AtBottom);
        }

        context.Jumps.Land(loop.ExitLabel, context, loop);
        // Whatever enters a loop leaves it, unless it returns.
        if (context.Frame.Returns.Count == returns)
            context.State = context.State with { Path = entry.Path };
    }

    /// <summary>Leaves the loop on the path on which its condition fails.</summary>
    private void Test(LoopSyntax syntax, bool isBounded)
    {
        if (syntax.Condition is not { } condition)
            return;
        int holds = context.Expressions.LowerScalar(condition);
        if (!isBounded && context.Ir.ConstantAt(holds) is null)
            throw Unbounded(syntax.Loop, $"'{condition.Syntax}' does not compare a counter to a bound");
        LoopExits.Test(context, syntax.Loop, holds);
    }

    private LoweringStopped Unbounded(ILoopOperation loop, string reason) =>
        context.Stop(Rules.UnboundedLoop, loop.Syntax.GetFirstToken().GetLocation(), reason);
}
