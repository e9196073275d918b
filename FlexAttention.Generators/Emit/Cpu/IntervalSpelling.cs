using System.Collections.Immutable;
using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>How the interval of an integer, or the truth of a condition, is computed in C#.</summary>
internal static class IntervalSpelling
{
    /// <summary>The type of a local that holds what is known of a value.</summary>
    public static string TypeName(IrType type) => type == IrType.Bool ? Runtime.Truth : $"{Runtime.Interval}<{Number(type)}>";

    /// <summary>The expression of what is known of a node.</summary>
    /// <param name="fields">The captures.</param>
    /// <param name="nodes">The nodes that it stands among.</param>
    /// <param name="i">The node.</param>
    /// <param name="knowledge">How much is known of it.</param>
    /// <param name="table">The number of the table of the elements that it reads; null without one.</param>
    /// <param name="uniform">The value of a node that is the same everywhere.</param>
    /// <param name="operand">What is known of an earlier node.</param>
    public static string Spell(
        VariantFields fields,
        ImmutableArray<IrNode> nodes,
        int i,
        Knowledge knowledge,
        int? table,
        Func<int, Code> uniform,
        Func<int, string> operand) =>
        (knowledge, nodes[i]) switch
        {
            (Knowledge.Uniform, { Type: IrType.Bool }) => $"{Runtime.Intervals}.Of({uniform(i).Text})",
            (Knowledge.Uniform, var node) => $"new {TypeName(node.Type)}({uniform(i).Text})",
            (Knowledge.Unknown, { Type: IrType.Bool }) => $"{Runtime.Truth}.Unknown",
            (Knowledge.Unknown, var node) => $"{TypeName(node.Type)}.All",
            (_, IndexNode { Index: IrIndex.Query }) => $"new {TypeName(IrType.Int32)}(firstQuery, lastQuery)",
            (_, IndexNode { Index: IrIndex.Key }) => $"new {TypeName(IrType.Int32)}(firstKey, lastKey)",
            (_, LoadNode load) => Load(fields, load, table, operand),
            (_, RestrictedNode { Divisor: >= 0 } restricted) =>
                $"{Runtime.Intervals}.WhereQuotient{restricted.Comparison}({Join(restricted.Operands().Select(operand))})",
            (_, RestrictedNode restricted) =>
                $"{Runtime.Intervals}.Where{restricted.Comparison}({Join(restricted.Operands().Select(operand))})",
            (_, EqualElementsNode equal) =>
                $"{Runtime.CaptureIntervals}.EqualExcept({Elements(fields, nodes, equal.First, operand)}, {Elements(fields, nodes, equal.Second, operand)}, {operand(equal.Except)})",
            (_, OperationNode { Op: IrOp.Convert } convert) =>
                Convert(nodes[convert.Arguments[0]].Type, convert.Type, operand(convert.Arguments[0])),
            (_, OperationNode operation) =>
                $"{Runtime.Intervals}.{operation.Op}({Join(operation.Arguments.Select(operand))})",
            (_, var node) => throw new ArgumentOutOfRangeException(nameof(i), node, "A node without an interval."),
        };

    private static string Load(VariantFields fields, LoadNode load, int? table, Func<int, string> operand)
    {
        string function = LoadFunctions.Of(fields.Captures[load.Capture].Element);
        string indices = Join(load.Indices.Select(operand));
        string bounds = table is { } slot ? $"in tables[{slot}]" : "default";
        return $"{Runtime.CaptureIntervals}.{function}(in {fields.Access(load.Capture)}, {bounds}, {indices})";
    }

    private static string Elements(VariantFields fields, ImmutableArray<IrNode> nodes, int node, Func<int, string> operand)
    {
        var load = (LoadNode)nodes[node];
        return $"in {fields.Access(load.Capture)}, [{Join(load.Indices.Select(operand))}]";
    }

    private static string Join(IEnumerable<string> operands) => string.Join(", ", operands);

    private static string Convert(IrType from, IrType to, string value) => (from, to) switch
    {
        (IrType.Bool, IrType.Bool) => value,
        (IrType.Bool, _) => $"{Runtime.Intervals}.ToInteger<{Number(to)}>({value})",
        (_, IrType.Bool) => $"{Runtime.Intervals}.NotEqual({value}, new {TypeName(from)}(0))",
        _ => $"{Runtime.Intervals}.Convert<{Number(from)}, {Number(to)}>({value})",
    };

    private static string Number(IrType type) => type switch
    {
        IrType.Int32 => "int",
        IrType.UInt32 => "uint",
        IrType.Int64 => "long",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A type without intervals."),
    };
}
