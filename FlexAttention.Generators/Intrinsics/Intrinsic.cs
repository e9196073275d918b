using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Intrinsics;

/// <summary>A method of C# that is an operation: <c>System.Math.Max(int, int)</c>.</summary>
/// <param name="Type">The containing type's full name.</param>
/// <param name="Name">The method's name.</param>
/// <param name="Parameter">The type that all its parameters have.</param>
/// <param name="Arity">The number of parameters.</param>
internal sealed record CSharpMethod(string Type, string Name, IrType Parameter, int Arity);

/// <summary>Where an operation's C operator means the same as C#'s, so that CUDA can use it in place of a function.</summary>
internal enum OperatorUse : byte
{
    /// <summary>The operation has no operator.</summary>
    Never,

    /// <summary>On floating point only: C leaves an integer's overflow or a zero divisor undefined.</summary>
    FloatsOnly,

    /// <summary>On every type.</summary>
    Always,
}

/// <summary>One row of the <see cref="IntrinsicTable"/>: how one operation is spelt everywhere.</summary>
/// <param name="Op">The operation.</param>
/// <param name="Operator">Its operator, the same in C and C#; empty if it has none.</param>
/// <param name="OperatorInCuda">Where CUDA may use the operator.</param>
/// <param name="Cuda">Its function in namespace <c>flex</c>.</param>
/// <param name="Lanes">Its function in <c>ILanes</c>.</param>
/// <param name="Scalar">
/// Its function in plain C#, where <c>T</c> stands for the first argument's type: <c>T.Sqrt</c>. Empty: the operator.
/// </param>
/// <param name="Methods">The methods of C# that are this operation.</param>
/// <param name="Derivative">How its derivative follows from those of its arguments; null: it is zero.</param>
internal sealed record Intrinsic(
    IrOp Op,
    string Operator,
    OperatorUse OperatorInCuda,
    string Cuda,
    string Lanes,
    string Scalar,
    EquatableArray<CSharpMethod> Methods,
    DerivativeRule? Derivative);
