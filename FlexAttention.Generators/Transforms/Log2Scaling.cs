using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Transforms;

/// <summary>
/// Makes the score a function of the raw dot product, in log2 units: <c>log2(e) * method(scale * dot)</c>. Kernels then
/// exponentiate by 2^x, and where the score is used linearly the scale, log2(e) and the method's own factors are one
/// multiplication. A score of −inf stays −inf.
/// </summary>
internal sealed class Log2Scaling(KernelGraph source)
{
    private const float Log2E = 1.44269504088896341f;

    private readonly KernelGraphBuilder _builder = new();
    private readonly Stage[] _stages = StageAnalysis.Run(source);
    private readonly int[] _copies = new int[source.Nodes.Count];
    private readonly int?[] _scaled = new int?[source.Nodes.Count];
    private readonly bool?[] _absorbs = new bool?[source.Nodes.Count];

    public KernelGraph Run()
    {
        for (int i = 0; i < _copies.Length; i++)
        {
            _builder.Origin = source.Origins[i];
            _copies[i] = source.Nodes[i] is ScoreNode
                ? Multiply(_builder.Add(new DotNode()), _builder.Add(new ScaleNode()))
                : _builder.Add(source.Nodes[i].MapOperands(operand => _copies[operand]));
        }

        int score = source.Score == KernelGraph.None ? KernelGraph.None : Scaled(source.Score);
        int mask = source.Mask == KernelGraph.None ? KernelGraph.None : _copies[source.Mask];
        return _builder.ToGraph(score, mask);
    }

    /// <summary>Whether log2(e) can go into a node without a multiplication for every pair.</summary>
    private bool Absorbs(int node) => _absorbs[node] ??= source.Nodes[node] switch
    {
        ScoreNode => true,
        _ when _stages[node] != Stage.Element => true,
        OperationNode operation => Carriers(operation) is { Length: > 0 } carriers
            && carriers.All(carrier => Absorbs(operation.Arguments[carrier])),
        _ => false,
    };

    /// <summary>The arguments that must take a positive factor for the operation to take it; none: it cannot.</summary>
    private int[] Carriers(OperationNode operation) => operation.Op switch
    {
        IrOp.Add or IrOp.Subtract or IrOp.Minimum or IrOp.Maximum => [0, 1],
        IrOp.Negate or IrOp.Abs or IrOp.Divide => [0],
        IrOp.Multiply => [Factor(operation)],
        IrOp.FusedMultiplyAdd => [Factor(operation), 2],
        IrOp.Select => [1, 2],
        _ => [],
    };

    /// <summary>The factor of a product that takes log2(e) at the least cost.</summary>
    private int Factor(OperationNode product)
    {
        (int left, int right) = (product.Arguments[0], product.Arguments[1]);
        bool takesRight = _stages[right] != Stage.Element || (_stages[left] == Stage.Element && !Absorbs(left));
        return takesRight ? 1 : 0;
    }

    /// <summary>Adds log2(e) times a node.</summary>
    private int Scaled(int node)
    {
        _builder.Origin = source.Origins[node];
        return _scaled[node] ??= source.Nodes[node] switch
        {
            ConstantNode constant => Scaled(constant),
            ScoreNode => Multiply(_builder.Add(new DotNode()), Multiply(_builder.Add(new ScaleNode()), Log2EConstant())),
            OperationNode operation when _stages[node] == Stage.Element && Absorbs(node) => Scaled(operation),
            _ => Multiply(_copies[node], Log2EConstant()),
        };
    }

    private int Scaled(OperationNode operation)
    {
        int[] carriers = Carriers(operation);
        IEnumerable<int> arguments = operation.Arguments.Select(
            (argument, i) => carriers.Contains(i) ? Scaled(argument) : _copies[argument]);
        return _builder.Add(operation with { Arguments = new(arguments) });
    }

    /// <summary>A finite score stays finite: <c>float.MinValue</c> rejects no key.</summary>
    private int Scaled(ConstantNode constant)
    {
        double value = constant.ToDouble();
        bool isFinite = Math.Abs(value) <= float.MaxValue;
        double scaled = isFinite ? Math.Max(-float.MaxValue, Math.Min(float.MaxValue, value * Log2E)) : value;
        return _builder.Add(IrConstants.Float(IrType.Float32, (float)scaled));
    }

    private int Log2EConstant() => _builder.Add(IrConstants.Float(IrType.Float32, Log2E));

    private int Multiply(int left, int right) => _builder.Add(IrType.Float32, IrOp.Multiply, left, right);
}
