using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Transforms;

/// <summary>A pass that replaces nodes one by one, operands first.</summary>
internal abstract class GraphPass(KernelGraph source)
{
    /// <summary>The graph that is read.</summary>
    protected KernelGraph Source { get; } = source;

    /// <summary>The graph that is written.</summary>
    protected KernelGraphBuilder Builder { get; } = new();

    /// <summary>The new graph. What nothing needs any more is left out.</summary>
    public KernelGraph Run()
    {
        var copies = new int[Source.Nodes.Count];
        for (int i = 0; i < copies.Length; i++)
        {
            Builder.Origin = Source.Origins[i];
            copies[i] = Rewrite(i, Source.Nodes[i].MapOperands(operand => copies[operand]));
        }

        return Builder.ToGraph(CopyOf(Source.Score), CopyOf(Source.Mask), Source.Gradient?.Map(CopyOf));

        int CopyOf(int result) => result == KernelGraph.None ? result : copies[result];
    }

    /// <summary>Adds what takes a node's place.</summary>
    /// <param name="original">The node's position in <see cref="Source"/>.</param>
    /// <param name="node">The node on the replacements of its operands.</param>
    /// <returns>The replacement's position in <see cref="Builder"/>.</returns>
    protected abstract int Rewrite(int original, IrNode node);
}
