using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Transforms;

/// <summary>
/// Makes the score a function of the raw dot product, in another unit: a positive factor times <c>method(scale * dot)</c>.
/// Where the method is linear the factor goes into its parts, so that it costs a pair nothing.
/// </summary>
internal abstract class ScoreScaling
{
    private readonly KernelGraph _source;
    private readonly int[] _copies;
    private readonly int?[] _scaled;
    private readonly bool?[] _absorbs;

    protected ScoreScaling(KernelGraph source)
    {
        _source = source;
        _copies = new int[source.Nodes.Count];
        _scaled = new int?[source.Nodes.Count];
        _absorbs = new bool?[source.Nodes.Count];
        Stages = StageAnalysis.Run(source);
    }

    /// <summary>The graph that is written.</summary>
    protected KernelGraphBuilder Builder { get; } = new();

    /// <summary>The stage of each node of the source.</summary>
    protected Stage[] Stages { get; }

    public KernelGraph Run()
    {
        for (int i = 0; i < _copies.Length; i++)
        {
            Builder.Origin = _source.Origins[i];
            _copies[i] = _source.Nodes[i] is ScoreNode
                ? Multiply(Builder.Add(new DotNode()), Builder.Add(new ScaleNode()))
                : Builder.Add(_source.Nodes[i].MapOperands(operand => _copies[operand]));
        }

        int score = _source.Score == KernelGraph.None ? KernelGraph.None : Scaled(_source.Score);
        int mask = _source.Mask == KernelGraph.None ? KernelGraph.None : _copies[_source.Mask];
        return Builder.ToGraph(score, mask, _source.Gradient?.Map(node => _copies[node]));
    }

    /// <summary>Adds the factor.</summary>
    protected abstract int Factor();

    /// <summary>Adds the factor times the method's score parameter.</summary>
    protected abstract int ScaledScore();

    /// <summary>Adds the factor times a constant.</summary>
    protected virtual int Scaled(ConstantNode constant) => Multiply(Builder.Add(constant), Factor());

    /// <summary>Whether the factor goes into the operands of an operation that is computed for every pair.</summary>
    protected virtual bool GoesInto(int operation) => Absorbs(operation);

    /// <summary>The operands that must take a positive factor for the operation to take it; none: it cannot.</summary>
    protected IEnumerable<int> Carriers(int node) =>
        _source.Nodes[node] is OperationNode operation ? CarrierPositions(operation).Select(position => operation.Arguments[position]) : [];

    protected int Multiply(int left, int right) => Builder.Add(IrType.Float32, IrOp.Multiply, left, right);

    /// <summary>Whether the factor can go into a node without a multiplication for every pair.</summary>
    private bool Absorbs(int node) => _absorbs[node] ??= _source.Nodes[node] switch
    {
        ScoreNode => true,
        _ when Stages[node] != Stage.Element => true,
        _ => Carriers(node).Any() && Carriers(node).All(Absorbs),
    };

    private int[] CarrierPositions(OperationNode operation) => operation.Op switch
    {
        IrOp.Add or IrOp.Subtract or IrOp.Minimum or IrOp.Maximum => [0, 1],
        IrOp.Negate or IrOp.Abs or IrOp.Divide => [0],
        IrOp.Multiply => [FactorPosition(operation)],
        IrOp.FusedMultiplyAdd => [FactorPosition(operation), 2],
        IrOp.Select => [1, 2],
        _ => [],
    };

    /// <summary>The side of a product that takes the factor at the least cost.</summary>
    private int FactorPosition(OperationNode product)
    {
        (int left, int right) = (product.Arguments[0], product.Arguments[1]);
        bool takesRight = Stages[right] != Stage.Element || (Stages[left] == Stage.Element && !Absorbs(left));
        return takesRight ? 1 : 0;
    }

    /// <summary>Adds the factor times a node.</summary>
    private int Scaled(int node)
    {
        Builder.Origin = _source.Origins[node];
        return _scaled[node] ??= _source.Nodes[node] switch
        {
            ConstantNode constant => Scaled(constant),
            ScoreNode => ScaledScore(),
            OperationNode operation when Stages[node] == Stage.Element && GoesInto(node) => Scaled(operation),
            _ => Multiply(_copies[node], Factor()),
        };
    }

    private int Scaled(OperationNode operation)
    {
        int[] carriers = CarrierPositions(operation);
        IEnumerable<int> arguments = operation.Arguments.Select(
            (argument, i) => carriers.Contains(i) ? Scaled(argument) : _copies[argument]);
        return Builder.Add(operation with { Arguments = new(arguments) });
    }
}
