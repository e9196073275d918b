using System.Collections.Immutable;
using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>
/// Writes <c>classify</c>, the mask in interval arithmetic over a rectangle of queries and keys, and <c>with_lookup</c>, the
/// buffers of which it takes tables. The twin of the CPU's <c>ClassifyMethod</c>: the same analysis, the same tables.
/// </summary>
internal sealed class IntervalWriter(UnitContext unit, IrFunction mask)
{
    private readonly ImmutableArray<Knowledge> _knowledge = IntervalAnalysis.Run(mask);
    private readonly LocalNames _names = new(firstValue: 0);

    /// <summary>Only the kernels that build block masks are compiled with it.</summary>
    public void Write()
    {
        BoundsLookups lookups = BoundsLookups.Of(mask, _knowledge);
        unit.Writer.WriteLine();
        unit.Writer.WriteDirective("#if defined(FLEX_BLOCK_MASK)");
        unit.Writer.WriteLine("// The mask in interval arithmetic.");
        unit.Writer.WriteLine("FLEX_DEVICE flex::BlockKind classify(const flex::BoundsTables& tables, int b, int h,");
        using (unit.Writer.Block("                                     flex::Interval<int> queries, flex::Interval<int> keys) const"))
            WriteStatements(lookups);
        WriteLookups(lookups);
        unit.Writer.WriteDirective("#endif");
    }

    private void WriteStatements(BoundsLookups lookups)
    {
        if (_knowledge[mask.Result] == Knowledge.Unknown)
        {
            unit.Writer.WriteLine("return flex::BlockKind::kPartial;");
            return;
        }

        bool[] isNeeded = IntervalAnalysis.FindNeeded(mask, _knowledge);
        BodyWriter uniform = WriteUniform(isNeeded);
        var spelling = new IntervalOperations(unit, mask.Nodes, lookups);
        var values = new string[mask.Nodes.Count];
        for (int i = 0; i < values.Length; i++)
        {
            if (isNeeded[i])
                values[i] = Value(spelling, uniform, values, i);
        }

        unit.Writer.WriteLine($"return flex::intervals::kind_of({values[mask.Result]});");
    }

    private string Value(IntervalOperations spelling, BodyWriter uniform, string[] values, int node) => _knowledge[node] switch
    {
        Knowledge.Uniform => spelling.Exactly(node, uniform[node].Text),
        Knowledge.Unknown => spelling.Anything(node),
        _ => Declare(node, spelling.Spell(node, operand => values[operand])),
    };

    private string Declare(int node, string text)
    {
        string name = _names.NextValue();
        unit.Writer.WriteLine($"const {IntervalOperations.TypeName(mask.Nodes[node].Type)} {name} = {text};");
        return name;
    }

    /// <summary>What is the same all over the rectangle is computed as such, captured elements and loops included.</summary>
    private BodyWriter WriteUniform(bool[] isNeeded)
    {
        var graph = new KernelGraph(mask.Nodes, EquatableArray<Origin>.Empty, KernelGraph.None, mask.Result);
        var body = new BodyWriter(unit, _names, graph, new Precision[mask.Nodes.Count]);
        body.Write([.. Enumerable.Range(0, isNeeded.Length).Where(i => isNeeded[i] && _knowledge[i] == Knowledge.Uniform)]);
        return body;
    }

    private void WriteLookups(BoundsLookups lookups)
    {
        unit.Writer.WriteLine();
        unit.Writer.WriteLine("template <typename Action>");
        using (unit.Writer.Block("FLEX_DEVICE void with_lookup(int slot, Action action) const"))
        {
            for (int slot = 0; slot < lookups.Slots.Count; slot++)
                unit.Writer.WriteLine($"if (slot == {slot}) action({unit.Captures[lookups.Slots[slot].Capture]});");
        }
    }
}
