using System.Text;
using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>How the interval of an integer, or the truth of a condition, is computed in CUDA.</summary>
internal sealed class IntervalOperations(UnitContext unit, EquatableArray<IrNode> nodes, BoundsLookups lookups)
{
    private const string Namespace = "flex::intervals::";

    /// <summary>The type of a local that holds what is known of a value.</summary>
    public static string TypeName(IrType type) => type == IrType.Bool ? "flex::Truth" : $"flex::Interval<{CudaTypes.Of(type)}>";

    /// <summary>A node that is the same everywhere.</summary>
    public string Exactly(int node, string value) => nodes[node].Type == IrType.Bool
        ? $"{Namespace}of({value})"
        : $"{TypeName(nodes[node].Type)}::exactly({value})";

    /// <summary>A node of which nothing is known.</summary>
    public string Anything(int node) =>
        nodes[node].Type == IrType.Bool ? "flex::Truth::kUnknown" : TypeName(nodes[node].Type) + "::all()";

    /// <summary>A node of which something is known.</summary>
    public string Spell(int node, Func<int, string> operand) => nodes[node] switch
    {
        IndexNode { Index: IrIndex.Query } => "queries",
        IndexNode { Index: IrIndex.Key } => "keys",
        LoadNode load => Load(load, lookups.SlotOf(node), operand),
        RestrictedNode restricted =>
            $"{Namespace}{Function(restricted.Divisor >= 0 ? "where_quotient" : "where", restricted.Comparison)}({string.Join(", ", restricted.Operands().Select(operand))})",
        OperationNode { Op: IrOp.Convert } convert =>
            Convert(nodes[convert.Arguments[0]].Type, convert.Type, operand(convert.Arguments[0])),
        OperationNode operation => $"{Namespace}{Function("of", operation.Op)}({string.Join(", ", operation.Arguments.Select(operand))})",
        var other => throw new ArgumentOutOfRangeException(nameof(node), other, "A node without an interval."),
    };

    private string Load(LoadNode load, int? table, Func<int, string> operand)
    {
        string bounds = table is { } slot ? $"&tables.slots[{slot}]" : "nullptr";
        return $"{Namespace}of_elements({unit.Captures[load.Capture]}, {bounds}, {string.Join(", ", load.Indices.Select(operand))})";
    }

    private static string Convert(IrType from, IrType to, string value) => (from, to) switch
    {
        (IrType.Bool, IrType.Bool) => value,
        (IrType.Bool, _) => $"{Namespace}to_integer<{CudaTypes.Of(to)}>({value})",
        (_, IrType.Bool) => $"{Namespace}of_not_equal({value}, {TypeName(from)}::exactly(0))",
        _ => $"{Namespace}convert<{CudaTypes.Of(to)}>({value})",
    };

    /// <summary>The operation's name as the kernels write names: <c>of_less_or_equal</c>.</summary>
    private static string Function(string prefix, IrOp op)
    {
        var name = new StringBuilder(prefix);
        foreach (char c in op.ToString())
        {
            if (char.IsUpper(c))
                name.Append('_');
            name.Append(char.ToLowerInvariant(c));
        }

        return name.ToString();
    }
}
