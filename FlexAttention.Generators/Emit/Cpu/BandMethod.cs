using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>Writes <c>BandOf</c>: the distances between queries and keys that a mask keeps, where it is nothing but bounds of these.</summary>
internal static class BandMethod
{
    /// <summary>The statements of a mask's method.</summary>
    public static void Write(SourceWriter writer, VariantFields fields, IrFunction? mask)
    {
        if (mask is null || BandAnalysis.Run(mask) is not { } terms)
        {
            writer.WriteLine("return null;");
            return;
        }

        var context = new BlockContext(fields) { Key = "kv" };
        ValueBlock uniform = UniformValues.Write(writer, context, mask, terms.SelectMany(Operands));
        writer.WriteLine($"return {string.Join(".And(", terms.Select(Spell))}{new string(')', terms.Count - 1)};");

        string Spell(BandTerm term) => $"{Runtime.DistanceBand}." + term switch
        {
            BandTerm.Condition condition => $"If({uniform.Value(condition.Node).Text})",
            BandTerm.Magnitude { Op: IrOp.Less } magnitude => $"Within({Long(magnitude.Bound)} - 1)",
            BandTerm.Magnitude magnitude => $"Within({Long(magnitude.Bound)})",
            BandTerm.Comparison { OfKey: true } comparison => Compare(comparison.Op.Mirrored(), "-" + Long(comparison.Bound)),
            BandTerm.Comparison comparison => Compare(comparison.Op, Long(comparison.Bound)),
            _ => throw new ArgumentOutOfRangeException(nameof(term), term, "An unknown term."),
        };

        string Long(int? node) => node is { } i ? $"(long){uniform.Value(i).Operand}" : "0L";
    }

    private static IEnumerable<int> Operands(BandTerm term) => term switch
    {
        BandTerm.Condition condition => [condition.Node],
        BandTerm.Magnitude magnitude => [magnitude.Bound],
        BandTerm.Comparison { Bound: { } bound } => [bound],
        _ => [],
    };

    private static string Compare(IrOp op, string bound) => op switch
    {
        IrOp.Less => $"AtMost({bound} - 1)",
        IrOp.LessOrEqual => $"AtMost({bound})",
        IrOp.Greater => $"AtLeast({bound} + 1)",
        IrOp.GreaterOrEqual => $"AtLeast({bound})",
        _ => $"AtLeast({bound}).And({Runtime.DistanceBand}.AtMost({bound}))",
    };
}
