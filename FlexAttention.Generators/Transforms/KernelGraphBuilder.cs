using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Transforms;

/// <summary>An <see cref="IrBuilder"/> that remembers which C# line, of which file, each node came from.</summary>
internal sealed class KernelGraphBuilder
{
    private readonly IrBuilder _builder = new();
    private readonly List<Origin> _origins = [];

    /// <summary>The line that nodes are added for.</summary>
    public Origin Origin { get; set; }

    public IrNode this[int node] => _builder[node];

    public int Add(IrNode node)
    {
        int added = _builder.Append(node);
        while (_origins.Count < _builder.Count)
            _origins.Add(Origin);
        return added;
    }

    public int Add(IrType type, IrOp op, params int[] arguments) => Add(new OperationNode(type, op, new(arguments)));

    /// <summary>The graph of what the results need; −1 stands for a result that there is not.</summary>
    public KernelGraph ToGraph(int score, int mask, KernelGradient? gradient = null)
    {
        IrNode[] nodes = [.. Enumerable.Range(0, _builder.Count).Select(node => _builder[node])];
        IEnumerable<int> values = new[] { score, mask }.Where(static result => result >= 0);
        LiveNodes live = LiveNodes.Of(nodes, [.. values.Concat(gradient?.Nodes ?? [])]);
        IEnumerable<Origin> origins = _origins.Where((_, node) => live.PositionOf(node) >= 0);
        return new KernelGraph(live.Nodes, new(origins), PositionOf(score), PositionOf(mask))
        {
            Gradient = gradient?.Map(live.PositionOf),
        };

        int PositionOf(int result) => result < 0 ? result : live.PositionOf(result);
    }

    /// <summary>Copies a function and gives its result, or −1 if there is none.</summary>
    public int Import(IrFunction? function, SourceLines lines) => function is null
        ? KernelGraph.None
        : Import(function.Nodes, i => new Origin(lines.FileName, i < lines.Lines.Count ? lines.Lines[i] : 0))[function.Result];

    /// <summary>Copies nodes that no C# line stands for and gives their positions.</summary>
    public int[] Import(EquatableArray<IrNode> nodes) => Import(nodes, static _ => default);

    private int[] Import(EquatableArray<IrNode> nodes, Func<int, Origin> originOf)
    {
        var copies = new int[nodes.Count];
        for (int i = 0; i < copies.Length; i++)
        {
            Origin = originOf(i);
            copies[i] = Add(nodes[i].MapOperands(operand => copies[operand]));
        }

        return copies;
    }
}
