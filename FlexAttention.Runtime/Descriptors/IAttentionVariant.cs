using FlexAttention.Cpu;
using FlexAttention.Masking;

namespace FlexAttention.Descriptors;

/// <summary>
/// The one contract between generated code and this library. A generated variant is an unmanaged struct that holds its
/// captures: the same bytes are the second parameter of its CUDA kernels and the state of its CPU kernel.
/// </summary>
/// <typeparam name="TSelf">The generated struct.</typeparam>
public interface IAttentionVariant<TSelf>
    where TSelf : unmanaged, IAttentionVariant<TSelf>
{
    /// <summary>The variant's emitted sources and facts.</summary>
    static abstract VariantDescriptor Descriptor { get; }

    /// <summary>
    /// Applies the score method in place to a run of keys of one query: <c>scores[i]</c> is the score of
    /// <c>(b, h, q, kv + i)</c> in natural units.
    /// </summary>
    /// <param name="scores">The first score.</param>
    /// <param name="count">How many scores; a multiple of the lane count.</param>
    /// <param name="b">The batch index.</param>
    /// <param name="h">The query head index.</param>
    /// <param name="q">The query index.</param>
    /// <param name="kv">The key/value index of the first score. Positions past the last key are computed and ignored.</param>
    void ApplyScore<TLanes, TScalar, TFloat, TInt>(ref TScalar scores, int count, int b, int h, int q, int kv)
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct;

    /// <summary>
    /// Applies the score method as <see cref="ApplyScore"/> does, and writes its derivatives by the scores that entered.
    /// Called where <see cref="VariantDescriptor.HasScoreDerivative"/> says that they are not all one.
    /// </summary>
    /// <param name="scores">The first score.</param>
    /// <param name="derivatives">Receives the derivative of each.</param>
    /// <param name="count">How many scores; a multiple of the lane count.</param>
    /// <param name="b">The batch index.</param>
    /// <param name="h">The query head index.</param>
    /// <param name="q">The query index.</param>
    /// <param name="kv">The key/value index of the first score. Positions past the last key are computed and ignored.</param>
    void ApplyScoreGradient<TLanes, TScalar, TFloat, TInt>(
        ref TScalar scores, ref TScalar derivatives, int count, int b, int h, int q, int kv)
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct => throw new NotSupportedException($"{TSelf.Descriptor.Name} has no derivative but one.");

    /// <summary>
    /// Adds what a run of keys of one query contributes to the gradients of the captures that learn. Called where there are some.
    /// </summary>
    /// <param name="scores">The first score, as it enters the score method.</param>
    /// <param name="gradients">The gradient of each score that leaves it; zero for pairs of no weight and past the last key.</param>
    /// <param name="count">How many scores; a multiple of the lane count.</param>
    /// <param name="b">The batch index.</param>
    /// <param name="h">The query head index.</param>
    /// <param name="q">The query index.</param>
    /// <param name="kv">The key/value index of the first score.</param>
    /// <param name="targets">The gradients of the captures that learn, in the order of the captures.</param>
    void AddCaptureGradients<TLanes, TScalar, TFloat, TInt>(
        ref TScalar scores, ref TScalar gradients, int count, int b, int h, int q, int kv, ReadOnlySpan<GradientView> targets)
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct => throw new NotSupportedException($"{TSelf.Descriptor.Name} has no captures that learn.");

    /// <summary>Sets to negative infinity, in the same run, every score whose pair the mask method rejects.</summary>
    /// <inheritdoc cref="ApplyScore"/>
    void ApplyMask<TLanes, TScalar, TFloat, TInt>(ref TScalar scores, int count, int b, int h, int q, int kv)
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct;

    /// <summary>Counts the pairs that the mask method keeps among keys <c>kv .. kv + count - 1</c> of one query.</summary>
    int CountKept<TLanes, TScalar, TFloat, TInt>(int count, int b, int h, int q, int kv)
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct;

    /// <summary>
    /// What the mask method keeps of a rectangle of pairs, as far as its formula proves it without a look at each: full or
    /// empty is certain, partial says nothing.
    /// </summary>
    /// <param name="tables">The bounds of the buffers that <see cref="ListLookups"/> lists; default: there are none.</param>
    /// <param name="b">The batch index.</param>
    /// <param name="h">The query head index.</param>
    /// <param name="firstQuery">The first query.</param>
    /// <param name="lastQuery">The last query, included.</param>
    /// <param name="firstKey">The first key.</param>
    /// <param name="lastKey">The last key, included.</param>
    BlockKind Classify(in BoundsTables tables, int b, int h, int firstQuery, int lastQuery, int firstKey, int lastKey);

    /// <summary>Lists the captured buffers of which <see cref="Classify"/> takes tables of bounds, in the tables' order.</summary>
    void ListLookups(ref BoundsLookups lookups);

    /// <summary>
    /// The distances between queries and keys that the mask method keeps, where its formula is nothing but bounds of these;
    /// else null, for all batches and heads.
    /// </summary>
    /// <param name="b">The batch index.</param>
    /// <param name="h">The query head index.</param>
    DistanceBand? BandOf(int b, int h);

    /// <summary>
    /// Evaluates mask and score of one pair and throws <see cref="CaptureIndexException"/> at the first captured access
    /// that C# would have found out of range.
    /// </summary>
    void Check(int b, int h, int q, int kv);
}
