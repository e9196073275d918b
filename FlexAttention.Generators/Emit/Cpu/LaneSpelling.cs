using System.Globalization;
using FlexAttention.Generators.Intrinsics;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>How a value is computed in vector lanes. A bool is a mask: an integer with all bits set or none.</summary>
internal sealed class LaneSpelling(VariantFields fields)
{
    /// <summary>The type of a local that holds a value.</summary>
    public static string TypeName(IrType type) => type == IrType.Float32 ? "TFloat" : "TInt";

    /// <summary>A value that is the same in all lanes.</summary>
    public static Code Broadcast(Code value) => Code.Call("TLanes.Broadcast", value.Text);

    /// <summary>The expression of a node that varies between lanes.</summary>
    /// <param name="nodes">The nodes that it stands among.</param>
    /// <param name="node">The node: a load or an operation.</param>
    /// <param name="operand">The lanes of an earlier node.</param>
    public Code Spell(IReadOnlyList<IrNode> nodes, IrNode node, Func<int, Code> operand) => node switch
    {
        LoadNode load => Code.Call(
            "TLanes.Gather" + LoadFunctions.Of(fields.Captures[load.Capture].Element),
            [$"in {fields.Access(load.Capture)}", .. load.Indices.Select(index => operand(index).Text)]),
        OperationNode { Op: IrOp.Convert } convert => Convert(
            nodes[convert.Arguments[0]].Type, convert.Type, operand(convert.Arguments[0]).Text),
        OperationNode operation => Code.Call(
            "TLanes." + IntrinsicTable.Get(operation.Op).Lanes,
            operation.Arguments.Select(argument => operand(argument).Text)),
        _ => throw new ArgumentOutOfRangeException(nameof(node), node, "A node without an expression."),
    };

    /// <summary>An access whose lanes read neighbouring elements.</summary>
    /// <param name="load">The access.</param>
    /// <param name="run">How its last index follows the key.</param>
    /// <param name="uniform">The text of a value that is the same for all keys.</param>
    public Code SpellRun(LoadNode load, KeyRun run, Func<int, Code> uniform)
    {
        CaptureModel capture = fields.Captures[load.Capture];
        IEnumerable<string> indices = load.Indices.Take(capture.Rank - 1).Select(index => uniform(index).Text).Append(First(run, uniform));
        Code read = Code.Call(
            $"{Runtime.RunReader}<TLanes, TScalar, TFloat, TInt>.{LoadFunctions.Of(capture.Element)}",
            [$"in {fields.Access(load.Capture)}", capture.Rank.ToString(CultureInfo.InvariantCulture), .. indices]);
        return run.CountsDown ? Code.Call("TLanes.Reverse", read.Text) : read;
    }

    /// <summary>The lowest of the last index in all lanes: the first lane's or, where it counts down, the last lane's.</summary>
    public static string First(KeyRun run, Func<int, Code> uniform)
    {
        string terms = string.Concat(run.Terms
            .OrderBy(static term => term.IsNegative)
            .Select(term => $" {(term.IsNegative ? '-' : '+')} {uniform(term.Node).Text}"));
        if (!run.CountsDown)
            return "kv + i" + terms;
        string start = terms.StartsWith(" + ", StringComparison.Ordinal) ? terms.Substring(3) : "0" + terms;
        return start + " - (kv + i + TLanes.Count - 1)";
    }

    private static Code Convert(IrType from, IrType to, string value) => (from, to) switch
    {
        (IrType.Int32, IrType.Float32) => Code.Call("TLanes.ToFloat", value),
        (IrType.Float32, IrType.Int32) => Code.Call("TLanes.ToInt", value),
        (IrType.Bool, IrType.Float32) => Code.Call("TLanes.Select", value, "TLanes.Broadcast(1f)", "TLanes.Broadcast(0f)"),
        (IrType.Bool, IrType.Int32) => Code.Call("TLanes.And", value, "TLanes.Broadcast(1)"),
        (_, IrType.Bool) when from != IrType.Bool => Code.Call(
            "TLanes.NotEqual", value, from == IrType.Float32 ? "TLanes.Broadcast(0f)" : "TLanes.Broadcast(0)"),
        _ => new Code(value, IsCall: true),
    };
}
