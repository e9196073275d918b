using System.Collections.Immutable;
using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>
/// Writes <c>Classify</c>: the mask in interval arithmetic over a rectangle of queries and keys. What is the same all over
/// the rectangle is computed as such, captured elements and loops included.
/// </summary>
internal static class ClassifyMethod
{
    /// <summary>The method's parameters.</summary>
    public const string Parameters = "int b, int h, int firstQuery, int lastQuery, int firstKey, int lastKey";

    /// <summary>The statements of a mask's method.</summary>
    public static void Write(SourceWriter writer, VariantFields fields, IrFunction? mask)
    {
        ImmutableArray<Knowledge> knowledge = mask is null ? [] : IntervalAnalysis.Run(mask);
        if (mask is null)
            writer.WriteLine($"return {Runtime.BlockKind}.Full;");
        else if (knowledge[mask.Result] == Knowledge.Unknown)
            writer.WriteLine($"return {Runtime.BlockKind}.Partial;");
        else
            writer.WriteLine($"return {Runtime.Intervals}.KindOf({WriteIntervals(writer, fields, mask, knowledge)});");
    }

    private static string WriteIntervals(SourceWriter writer, VariantFields fields, IrFunction mask, ImmutableArray<Knowledge> knowledge)
    {
        bool[] isNeeded = FindNeeded(mask, knowledge);
        var context = new BlockContext(fields) { Key = "kv" };
        ValueBlock uniform = WriteUniform(writer, context, mask, knowledge, isNeeded);
        var values = new string[mask.Nodes.Count];
        for (int i = 0; i < values.Length; i++)
        {
            if (!isNeeded[i])
                continue;
            string text = IntervalSpelling.Spell(
                fields, mask.Nodes.Items, i, knowledge[i], uniform.Value, operand => values[operand]);
            values[i] = knowledge[i] == Knowledge.Interval ? Declare(writer, context, mask.Nodes[i].Type, text) : text;
        }

        return values[mask.Result];
    }

    /// <summary>The intervals that the result is computed from, and the operands that they start from.</summary>
    private static bool[] FindNeeded(IrFunction mask, ImmutableArray<Knowledge> knowledge)
    {
        var isNeeded = new bool[mask.Nodes.Count];
        isNeeded[mask.Result] = true;
        for (int i = mask.Result; i >= 0; i--)
        {
            if (!isNeeded[i] || knowledge[i] != Knowledge.Interval)
                continue;
            foreach (int operand in Operands.Of(mask.Nodes[i]))
                isNeeded[operand] = true;
        }

        return isNeeded;
    }

    private static ValueBlock WriteUniform(
        SourceWriter writer, BlockContext context, IrFunction mask, ImmutableArray<Knowledge> knowledge, bool[] isNeeded)
    {
        IEnumerable<int> results = Enumerable.Range(0, isNeeded.Length).Where(i => isNeeded[i] && knowledge[i] == Knowledge.Uniform);
        int[] uses = Operands.CountUses(mask.Nodes, results);
        var block = new ValueBlock(context, mask.Nodes, new bool[uses.Length], uses, [], writer, writer);
        block.Write();
        return block;
    }

    private static string Declare(SourceWriter writer, BlockContext context, IrType type, string text)
    {
        string name = context.NextLocal();
        writer.WriteLine($"{IntervalSpelling.TypeName(type)} {name} = {text};");
        return name;
    }
}
