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
    public KernelGraph ToGraph(int score, int mask)
    {
        IrNode[] nodes = [.. Enumerable.Range(0, _builder.Count).Select(node => _builder[node])];
        LiveNodes live = LiveNodes.Of(nodes, [.. new[] { score, mask }.Where(static result => result >= 0)]);
        IEnumerable<Origin> origins = _origins.Where((_, node) => live.PositionOf(node) >= 0);
        return new KernelGraph(live.Nodes, new(origins), PositionOf(score), PositionOf(mask));

        int PositionOf(int result) => result < 0 ? result : live.PositionOf(result);
    }

    /// <summary>Copies a function and gives its result, or −1 if there is none.</summary>
    public int Import(IrFunction? function, SourceLines lines)
    {
        if (function is null)
            return KernelGraph.None;
        var copies = new int[function.Nodes.Count];
        for (int i = 0; i < copies.Length; i++)
        {
            Origin = new Origin(lines.FileName, i < lines.Lines.Count ? lines.Lines[i] : 0);
            copies[i] = Add(function.Nodes[i].MapOperands(operand => copies[operand]));
        }

        return copies[function.Result];
    }
}
