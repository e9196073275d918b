using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Tests;

/// <summary>Evaluates a lowered function at one position, as the targets do, and notes the captured accesses C# would throw on.</summary>
/// <param name="captures">For each capture its value: a boxed scalar, or an array of its rank.</param>
/// <param name="indices">Batch, head, query and key.</param>
/// <param name="score">The score that enters.</param>
internal sealed class IrInterpreter(IReadOnlyList<object> captures, int[] indices, float score)
{
    /// <summary>How many loads that C# would have made were out of range.</summary>
    public int Faults { get; private set; }

    public object Evaluate(IrFunction function) => EvaluateAll(function.Nodes, [])[function.Result];

    private object[] EvaluateAll(EquatableArray<IrNode> nodes, object[] parameters)
    {
        var values = new object[nodes.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = Evaluate(nodes[i], values, parameters);
        return values;
    }

    private object Evaluate(IrNode node, object[] values, object[] parameters) => node switch
    {
        ConstantNode constant => Constant(constant),
        IndexNode index => indices[(int)index.Index],
        ScoreNode => score,
        ScalarNode scalar => captures[scalar.Capture],
        ExtentNode extent => ((Array)captures[extent.Capture]).GetLength(extent.Dimension),
        LoadNode load => Load(load, values),
        OperationNode { Op: IrOp.Select } select => values[select.Arguments[(bool)values[select.Arguments[0]] ? 1 : 2]],
        OperationNode { Op: IrOp.Convert } convert => IrArithmetic.Convert(values[convert.Arguments[0]], convert.Type),
        OperationNode operation => IrArithmetic.Apply(operation.Op, [.. operation.Arguments.Select(argument => values[argument])]),
        FoldNode fold => Fold(fold, values),
        FoldResultNode result => ((object[])values[result.Fold])[result.Carried],
        RegionParameterNode parameter => parameters[parameter.Parameter],
        _ => throw new ArgumentException($"{node} is not for functions in natural units.", nameof(node)),
    };

    private object[] Fold(FoldNode fold, object[] values)
    {
        object[] arguments = [.. fold.Arguments.Select(argument => values[argument])];
        object[] carried = arguments[2..(2 + fold.CarriedCount)];
        object[] passed = arguments[(2 + fold.CarriedCount)..];
        (long i, int end) = ((int)arguments[0], (int)arguments[1]);
        for (; fold.Step > 0 ? i < end : i > end; i += fold.Step)
        {
            object[] body = EvaluateAll(fold.Body.Nodes, [(int)i, .. carried, .. passed]);
            carried = [.. fold.Body.Results.Select(result => body[result])];
        }

        return carried;
    }

    private object Load(LoadNode load, object[] values)
    {
        var buffer = (Array)captures[load.Capture];
        int[] position = [.. load.Indices.Select(index => (int)values[index])];
        if (position.Select((p, dimension) => p >= 0 && p < buffer.GetLength(dimension)).All(inside => inside))
            return buffer.GetValue(position) is Half half ? (float)half : buffer.GetValue(position)!;
        if (load.Guard < 0 || (bool)values[load.Guard])
            Faults++;
        return Constant(IrConstants.Zero(load.Type));
    }

    private static object Constant(ConstantNode constant) => constant.Type switch
    {
        IrType.Bool => constant.Bits != 0,
        IrType.Int32 => (int)constant.Bits,
        IrType.UInt32 => (uint)constant.Bits,
        IrType.Int64 => constant.Bits,
        IrType.UInt64 => (ulong)constant.Bits,
        IrType.Float32 => (float)constant.ToDouble(),
        _ => constant.ToDouble(),
    };
}
