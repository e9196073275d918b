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
            // The score of a rejected pair is not needed, so its accesses may be anything.
            bool guardsScore = model.Score is { } guarded && guarded.Nodes.Any(Operands.HasLoads);
            ValueBlock block = WriteFunction(writer, context, mask, guardsScore ? [mask.Result] : []);
            if (guardsScore)
            {
                writer.WriteLine($"if (!({block.Value(mask.Result).Text}))");
                using (writer.Indent())
                    writer.WriteLine("return;");
            }
        }

        if (model.Score is { } score)
            WriteFunction(writer, context, score, []);
    }

    private static ValueBlock WriteFunction(SourceWriter writer, BlockContext context, IrFunction function, int[] results)
    {
        int[] uses = Operands.CountUses(function.Nodes, results, isChecked: true);
        int score = function.Nodes.Items.IndexOf(new ScoreNode());
        // The product of query and key is not known here; what is read hardly ever depends on it.
        if (score >= 0 && uses[score] > 0)
            writer.WriteLine("const float score = 0f;");
        var block = new ValueBlock(context, function.Nodes, new bool[uses.Length], uses, [], writer, writer);
        block.Write();
        return block;
    }
}
