using FlexAttention.Generators.Intrinsics;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>How a value is computed in plain C#, one at a time.</summary>
/// <param name="fields">The captures.</param>
/// <param name="isWide">Whether what is <c>float</c> in the method is computed in double.</param>
internal sealed class ScalarSpelling(VariantFields fields, bool isWide = false)
{
    /// <summary>The type of a local that holds a value.</summary>
    public string TypeName(IrType type) => type switch
    {
        IrType.Bool => "bool",
        IrType.Int32 => "int",
        IrType.UInt32 => "uint",
        IrType.Int64 => "long",
        IrType.UInt64 => "ulong",
        IrType.Float32 => isWide ? "double" : "float",
        IrType.Float64 => "double",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "An unknown type."),
    };

    /// <summary>The expression of a node.</summary>
    /// <param name="nodes">The nodes that it stands among.</param>
    /// <param name="node">The node: no fold, result of one, parameter, index or score.</param>
    /// <param name="operand">The text of an earlier node.</param>
    public Code Spell(IReadOnlyList<IrNode> nodes, IrNode node, Func<int, Code> operand) => node switch
    {
        ConstantNode constant => Code.Atom(CSharpLiteral.Of(constant)),
        ScalarNode scalar when scalar.Type == IrType.Bool => new Code(fields.Access(scalar.Capture) + " != 0"),
        ScalarNode scalar => Code.Atom(fields.Access(scalar.Capture)),
        ExtentNode extent => Code.Call(
            Runtime.CaptureReader + ".Extent", "in " + fields.Access(extent.Capture), extent.Dimension.ToString()),
        LoadNode load => Code.Call(
            $"{Runtime.CaptureReader}.{LoadFunctions.Of(fields.Captures[load.Capture].Element)}",
            [$"in {fields.Access(load.Capture)}", .. load.Indices.Select(index => operand(index).Text)]),
        OperationNode { Op: IrOp.Convert } convert => Convert(
            nodes[convert.Arguments[0]].Type, convert.Type, operand(convert.Arguments[0])),
        OperationNode operation => Operation(
            operation, nodes[operation.Arguments[0]].Type, [.. operation.Arguments.Select(operand)]),
        _ => throw new ArgumentOutOfRangeException(nameof(node), node, "A node without an expression."),
    };

    private Code Convert(IrType from, IrType to, Code value) => (from, to) switch
    {
        (IrType.Bool, _) => new Code($"{value.Operand} ? ({TypeName(to)})1 : ({TypeName(to)})0"),
        (_, IrType.Bool) => new Code($"{value.Operand} != 0"),
        _ => new Code($"({TypeName(to)}){value.Operand}"),
    };

    private Code Operation(OperationNode operation, IrType type, Code[] arguments)
    {
        Intrinsic intrinsic = IntrinsicTable.Get(operation.Op);
        bool isInteger = type is IrType.Int32 or IrType.UInt32 or IrType.Int64 or IrType.UInt64;
        return operation.Op switch
        {
            IrOp.Select => new Code($"{arguments[0].Operand} ? {arguments[1].Operand} : {arguments[2].Operand}"),
            // C# would throw on a zero divisor.
            IrOp.Divide or IrOp.Remainder when isInteger => Code.Call(
                $"{Runtime.ScalarMath}.{operation.Op}", arguments.Select(static argument => argument.Text)),
            IrOp.Not when type == IrType.Bool => new Code("!" + arguments[0].Operand),
            // C# has no negation of unsigned numbers.
            IrOp.Negate when type is IrType.UInt32 or IrType.UInt64 => new Code("0 - " + arguments[0].Operand),
            _ when intrinsic.Scalar.Length > 0 => Code.Call(
                Function(intrinsic.Scalar, type), arguments.Select(static argument => argument.Text)),
            _ when arguments.Length == 1 => new Code($"{intrinsic.Operator}({arguments[0].Text})"),
            _ => new Code($"{arguments[0].Operand} {intrinsic.Operator} {arguments[1].Operand}"),
        };
    }

    private string Function(string spelling, IrType type) =>
        spelling.StartsWith("T.", StringComparison.Ordinal) ? TypeName(type) + spelling.Substring(1) : spelling;
}
