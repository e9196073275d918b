using System.Globalization;
using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>Lowers what reads a captured buffer: its elements and its lengths.</summary>
internal sealed class BufferLowering(LoweringContext context)
{
    private IrBuilder Ir => context.Ir;

    /// <summary>Whether nothing keeps C# from the current access. Where a condition does, it may well rule out a wrong index.</summary>
    private bool IsEvaluated => Ir.IsConstant(context.Guard, true);

    public Value Property(IPropertyReferenceOperation property, IOperation instance)
    {
        if (context.Expressions.Lower(instance) is not BufferValue buffer)
            throw context.UnsupportedType(instance);
        if (property.Property.IsIndexer)
            return Load(property, buffer, [.. property.Arguments.Select(argument => argument.Value)]);
        return property.Property.Name switch
        {
            "Length" or "Length0" => context.Scalar(Ir.Extent(buffer.Capture, 0)),
            "Length1" => context.Scalar(Ir.Extent(buffer.Capture, 1)),
            "Length2" => context.Scalar(Ir.Extent(buffer.Capture, 2)),
            "Length3" => context.Scalar(Ir.Extent(buffer.Capture, 3)),
            "IsEmpty" => context.Scalar(Ir.Operation(IrOp.Equal, Ir.Extent(buffer.Capture, 0), Ir.Int32(0))),
            _ => throw context.Unsupported(property, $"'{property.Property.Name}'", "Use the elements and the lengths of the buffer"),
        };
    }

    /// <summary><c>buffer[^1]</c>: counted from the end.</summary>
    public Value LoadFromEnd(IImplicitIndexerReferenceOperation indexer)
    {
        if (context.Expressions.Lower(indexer.Instance) is not BufferValue buffer)
            throw context.UnsupportedType(indexer.Instance);
        if (indexer.Argument is not IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } fromEnd)
            throw context.Unsupported(indexer, "a slice", "Add the slice's start to the index instead");
        int back = context.Expressions.LowerScalar(fromEnd.Operand);
        if (IsEvaluated && Ir.ConstantAt(back) is { Bits: <= 0 } constant)
            throw OutOfRange(fromEnd, buffer, "^" + Text(constant));
        return Load(buffer, [Ir.Operation(IrOp.Subtract, Ir.Extent(buffer.Capture, 0), back)]);
    }

    private ScalarValue Load(IOperation source, BufferValue buffer, IReadOnlyList<IOperation> arguments)
    {
        int[] indices = [.. arguments.Select(context.Expressions.LowerScalar)];
        for (int i = 0; i < indices.Length; i++)
        {
            if (IsEvaluated && Ir.ConstantAt(indices[i]) is { Bits: < 0 } constant)
                throw OutOfRange(arguments[i], buffer, Text(constant));
        }

        return Load(buffer, indices);
    }

    private ScalarValue Load(BufferValue buffer, int[] indices)
    {
        IrType type = CaptureTypes.ElementType(context.Captures[buffer.Capture].Element);
        return context.Scalar(Ir.Load(type, buffer.Capture, indices, context.Guard));
    }

    private static string Text(ConstantNode constant) => constant.Bits.ToString(CultureInfo.InvariantCulture);

    private LoweringStopped OutOfRange(IOperation index, BufferValue buffer, string element) =>
        context.Stop(Rules.IndexOutOfRange, index, context.Captures[buffer.Capture].Name, element);
}
