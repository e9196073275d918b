using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>Writes <c>Check</c>: mask and score of one pair with every captured access tested.</summary>
internal static class CheckMethod
{
    public static void Write(SourceWriter writer, VariantFields fields, VariantModel model)
    {
        var context = new BlockContext(fields) { Key = "kv", IsChecked = true };
        if (model.Mask is { } mask)
        {
            string keeps = WriteFunction(writer, context, mask);
            // The score of a rejected pair is not needed, so it may be anything.
            if (HasLoads(model.Score?.Nodes))
            {
                writer.WriteLine($"if (!({keeps}))");
                using (writer.Indent())
                    writer.WriteLine("return;");
            }
        }

        if (model.Score is { } score && HasLoads(score.Nodes))
        {
            // The product of query and key is not known here; indices hardly ever depend on it.
            writer.WriteLine("const float score = 0f;");
            WriteFunction(writer, context, score);
        }
    }

    private static string WriteFunction(SourceWriter writer, BlockContext context, IrFunction function)
    {
        int[] uses = Operands.CountUses(function.Nodes, [function.Result], withGuards: true);
        var block = new ValueBlock(context, function.Nodes, new bool[uses.Length], uses, [], writer, writer);
        block.Write();
        return block.Value(function.Result).Text;
    }

    private static bool HasLoads(IReadOnlyList<IrNode>? nodes) =>
        nodes is not null && nodes.Any(static node => node is LoadNode || (node is FoldNode fold && HasLoads(fold.Body.Nodes)));
}
