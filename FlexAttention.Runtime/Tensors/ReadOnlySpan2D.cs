using System.Runtime.CompilerServices;

namespace FlexAttention;

/// <summary>A read-only view of a two-dimensional buffer, row-major unless strides are given: a captured table in a variant.</summary>
/// <typeparam name="T">The element type.</typeparam>
public readonly ref struct ReadOnlySpan2D<T>
{
    private readonly ReadOnlySpan<T> _items;
    private readonly int _stride0;
    private readonly int _stride1;

    /// <summary>Views <paramref name="items"/> as a dense array of <paramref name="length0"/> by <paramref name="length1"/>.</summary>
    public ReadOnlySpan2D(ReadOnlySpan<T> items, int length0, int length1)
        : this(items, length0, length1, length1, 1)
    {
    }

    /// <summary>Views <paramref name="items"/> with the given strides, in elements.</summary>
    public ReadOnlySpan2D(ReadOnlySpan<T> items, int length0, int length1, int stride0, int stride1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length0);
        ArgumentOutOfRangeException.ThrowIfNegative(length1);
        SpanBounds.Check(items.Length, [length0, length1], [stride0, stride1]);
        _items = items;
        (Length0, Length1) = (length0, length1);
        (_stride0, _stride1) = (stride0, stride1);
    }

    /// <summary>Views a rectangular array.</summary>
    public ReadOnlySpan2D(T[,] items)
        : this(SpanBounds.Of<T>(items), items.GetLength(0), items.GetLength(1))
    {
    }

    /// <summary>The number of rows.</summary>
    public int Length0 { get; }

    /// <summary>The number of columns.</summary>
    public int Length1 { get; }

    /// <summary>The element at row <paramref name="i"/> and column <paramref name="j"/>.</summary>
    /// <exception cref="IndexOutOfRangeException">An index is outside its dimension.</exception>
    public T this[int i, int j]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)i >= (uint)Length0 || (uint)j >= (uint)Length1)
                SpanBounds.ThrowIndexOutOfRange();
            return _items[(i * _stride0) + (j * _stride1)];
        }
    }

    /// <summary>Views a rectangular array.</summary>
    public static implicit operator ReadOnlySpan2D<T>(T[,] items) => new(items);
}
