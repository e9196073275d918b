using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Analysis;

/// <summary>
/// Differentiates by what one access of a loop reads in a given iteration: the whole loop runs once more, with the element
/// of that iteration moved by a step, and carries the derivative by the step. This takes no memory for what the iterations
/// carry, and as many runs as there are iterations.
/// </summary>
internal sealed class LoopDifferentiator
{
    private readonly IrBuilder _builder = new();
    private readonly DerivativeAlgebra _algebra;
    private readonly IrBuilder _outer;
    private readonly FoldNode _fold;
    private readonly SteppedLoop _stepped;
    private readonly List<int> _arguments;

    private LoopDifferentiator(IrBuilder outer, FoldNode fold, int access)
    {
        _algebra = new DerivativeAlgebra(_builder);
        (_outer, _fold) = (outer, fold);
        _arguments = [.. fold.Arguments];
        int[] parameters = [.. fold.Arguments.Select((argument, i) => _builder.Parameter(outer.TypeOf(argument), 1 + i))];
        _stepped = new SteppedLoop(_builder, fold, access, parameters);
    }

    /// <summary>The derivatives by an access, or null if they are zero.</summary>
    /// <param name="outer">The graph that the loop stands in.</param>
    /// <param name="fold">The loop.</param>
    /// <param name="access">The position of the access in its body.</param>
    /// <param name="byResult">The node, in the graph, of the score's derivative by each of the loop's results; null where it is zero.</param>
    public static LoopDerivative? Run(IrBuilder outer, FoldNode fold, int access, IReadOnlyList<int?> byResult) =>
        new LoopDifferentiator(outer, fold, access).Run(((LoadNode)fold.Body.Nodes[access]).Capture, byResult);

    private LoopDerivative? Run(int capture, IReadOnlyList<int?> byResult)
    {
        Monomial? derivative = null;
        for (int i = 0; i < byResult.Count; i++)
        {
            if (byResult[i] is { } factor && _stepped.DerivativeOf(i) is { } tangent)
                derivative = _algebra.Add(derivative, Times(tangent, factor, _outer.TypeOf(_fold.Arguments[2 + i])), IrType.Float32);
        }

        if (derivative is null)
            return null;
        IrRegion body = _builder.ToRegion([_algebra.ToNode(derivative, IrType.Float32), .. _stepped.Indices()]);
        return new LoopDerivative(
            capture, new FoldNode(_fold.Step, 0, new([_fold.Arguments[0], _fold.Arguments[1], .. _arguments]), body));
    }

    /// <summary>The chain rule; a factor that is not a constant becomes an argument of the loop.</summary>
    private Monomial? Times(Monomial tangent, int factor, IrType type)
    {
        Monomial? converted = _algebra.Convert(tangent, type, IrType.Float32);
        if (_outer.ConstantAt(factor) is { } constant)
            return _algebra.Times(converted, _builder.Append(constant));
        _arguments.Add(factor);
        return _algebra.Times(converted, _builder.Parameter(IrType.Float32, _arguments.Count));
    }
}
