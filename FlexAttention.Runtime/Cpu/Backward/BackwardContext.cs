using System.Numerics;
using FlexAttention.Cpu.Forward;
using FlexAttention.Execution;

namespace FlexAttention.Cpu.Backward;

/// <summary>What all tasks of a backward call read.</summary>
internal struct BackwardContext<TVariant, TScalar>
    where TVariant : unmanaged
    where TScalar : unmanaged, IFloatingPointIeee754<TScalar>
{
    public BackwardArguments Arguments;

    /// <inheritdoc cref="BackwardProblem"/>
    public ForwardArguments Transposed;

    public GradientKinds Kinds;
    public TVariant Variant;
    public VariantHooks Hooks;

    /// <summary>Whether the derivative of the score method is anything but one.</summary>
    public bool HasDerivative;

    public RowStatistics<TScalar> Rows;
    public QueryGradients<TScalar> QueryGradients;

    /// <summary>Whether the gradients of scores are needed: not for those of values alone.</summary>
    public readonly bool NeedsScores => (Kinds & (GradientKinds.Query | GradientKinds.Key | GradientKinds.Captures)) != 0;

    /// <summary>Whether those of the scores that enter the score method are.</summary>
    public readonly bool NeedsProducts => (Kinds & (GradientKinds.Query | GradientKinds.Key)) != 0;

    public readonly bool Needs(GradientKinds kind) => (Kinds & kind) != 0;
}
