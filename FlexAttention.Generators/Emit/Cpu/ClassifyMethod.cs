using System.Collections.Immutable;
using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>
/// Writes <c>Classify</c>: the mask in interval arithmetic over a rectangle of queries and keys. What is the same all over
/// the rectangle is computed as such, captured elements and loops included.
/// </summary>
internal static class ClassifyMethod
{
    /// <summary>The method's parameters.</summary>
    public const string Parameters =
        $"in {Runtime.BoundsTables} tables, int b, int h, int firstQuery, int lastQuery, int firstKey, int lastKey";

    /// <summary>The statements of a mask's method.</summary>
    public static void Write(SourceWriter writer, VariantFields fields, IrFunction? mask)
    {
        mask = Restrictions.Apply(mask, looksAtElements: true);
        ImmutableArray<Knowledge> knowledge = mask is null ? [] : IntervalAnalysis.Run(mask);
        if (mask is null)
            writer.WriteLine($"return {Runtime.BlockKind}.Full;");
        else if (knowledge[mask.Result] == Knowledge.Unknown)
            writer.WriteLine($"return {Runtime.BlockKind}.Partial;");
        else
            writer.WriteLine($"return {Runtime.Intervals}.KindOf({WriteIntervals(writer, fields, mask, knowledge)});");
    }

    /// <summary>The statements that list the mask's look-ups.</summary>
    public static void WriteLookups(SourceWriter writer, VariantFields fields, IrFunction? mask)
    {
        if (Restrictions.Apply(mask, looksAtElements: true) is not { } restricted)
            return;
        foreach (BoundsLookup lookup in BoundsLookups.Of(restricted, IntervalAnalysis.Run(restricted)).Slots)
        {
            string method = lookup.Element == IrType.Bool ? "AddBool" : "AddInt";
            writer.WriteLine($"lookups.{method}(in {fields.Access(lookup.Capture)}, {lookup.Dimension});");
        }
    }

    private static string WriteIntervals(SourceWriter writer, VariantFields fields, IrFunction mask, ImmutableArray<Knowledge> knowledge)
    {
        bool[] isNeeded = IntervalAnalysis.FindNeeded(mask, knowledge);
        var context = new BlockContext(fields) { Key = "kv" };
        BoundsLookups lookups = BoundsLookups.Of(mask, knowledge);
        ValueBlock uniform = UniformValues.Write(
            writer, context, mask, Enumerable.Range(0, isNeeded.Length).Where(i => isNeeded[i] && knowledge[i] == Knowledge.Uniform));
        var values = new string[mask.Nodes.Count];
        for (int i = 0; i < values.Length; i++)
        {
            if (!isNeeded[i])
                continue;
            string text = IntervalSpelling.Spell(
                fields, mask.Nodes.Items, i, knowledge[i], lookups.SlotOf(i), uniform.Value, operand => values[operand]);
            values[i] = knowledge[i] == Knowledge.Interval ? Declare(writer, context, mask.Nodes[i].Type, text) : text;
        }

        return values[mask.Result];
    }

    private static string Declare(SourceWriter writer, BlockContext context, IrType type, string text)
    {
        string name = context.NextLocal();
        writer.WriteLine($"{IntervalSpelling.TypeName(type)} {name} = {text};");
        return name;
    }
}
