using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Intrinsics;

/// <summary>How the derivative of an operation follows from those of its arguments.</summary>
/// <param name="algebra">What derivatives are computed with.</param>
/// <param name="operation">The operation, on nodes of the algebra's graph.</param>
/// <param name="value">The node of its value.</param>
/// <param name="x">The derivatives of its arguments, null where zero.</param>
/// <returns>The derivative of its value, null if zero.</returns>
internal delegate Monomial? DerivativeRule(DerivativeAlgebra algebra, OperationNode operation, int value, Monomial?[] x);
