using System.Runtime.CompilerServices;

namespace FlexAttention;

/// <summary>A read-only view of a three-dimensional buffer, row-major unless strides are given: a captured table in a variant.</summary>
/// <typeparam name="T">The element type.</typeparam>
public readonly ref struct ReadOnlySpan3D<T>
{
    private readonly ReadOnlySpan<T> _items;
    private readonly int _stride0;
    private readonly int _stride1;
    private readonly int _stride2;

    /// <summary>Views <paramref name="items"/> as a dense array of the given lengths.</summary>
    public ReadOnlySpan3D(ReadOnlySpan<T> items, int length0, int length1, int length2)
        : this(items, length0, length1, length2, length1 * length2, length2, 1)
    {
    }

    /// <summary>Views <paramref name="items"/> with the given strides, in elements.</summary>
    public ReadOnlySpan3D(
        ReadOnlySpan<T> items, int length0, int length1, int length2, int stride0, int stride1, int stride2)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length0);
        ArgumentOutOfRangeException.ThrowIfNegative(length1);
        ArgumentOutOfRangeException.ThrowIfNegative(length2);
        SpanBounds.Check(items.Length, [length0, length1, length2], [stride0, stride1, stride2]);
        _items = items;
        (Length0, Length1, Length2) = (length0, length1, length2);
        (_stride0, _stride1, _stride2) = (stride0, stride1, stride2);
    }

    /// <summary>Views a rectangular array.</summary>
    public ReadOnlySpan3D(T[,,] items)
        : this(SpanBounds.Of<T>(items), items.GetLength(0), items.GetLength(1), items.GetLength(2))
    {
    }

    /// <summary>The number of elements along dimension 0.</summary>
    public int Length0 { get; }

    /// <summary>The number of elements along dimension 1.</summary>
    public int Length1 { get; }

    /// <summary>The number of elements along dimension 2.</summary>
    public int Length2 { get; }

    /// <summary>The element at the given indices.</summary>
    /// <exception cref="IndexOutOfRangeException">An index is outside its dimension.</exception>
    public T this[int i, int j, int k]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)i >= (uint)Length0 || (uint)j >= (uint)Length1 || (uint)k >= (uint)Length2)
                SpanBounds.ThrowIndexOutOfRange();
            return _items[(i * _stride0) + (j * _stride1) + (k * _stride2)];
        }
    }

    /// <summary>Views a rectangular array.</summary>
    public static implicit operator ReadOnlySpan3D<T>(T[,,] items) => new(items);
}
