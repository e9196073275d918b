using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>Writes values that are the same for all pairs of a batch and head, as they are computed everywhere else.</summary>
internal static class UniformValues
{
    /// <summary>Writes what the values need ahead, and knows their text.</summary>
    public static ValueBlock Write(SourceWriter writer, BlockContext context, IrFunction function, IEnumerable<int> nodes)
    {
        int[] uses = Operands.CountUses(function.Nodes, nodes);
        var block = new ValueBlock(context, function.Nodes, new bool[uses.Length], uses, [], writer, writer);
        block.Write();
        return block;
    }
}
