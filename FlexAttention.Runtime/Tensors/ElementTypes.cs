namespace FlexAttention;

/// <summary>Maps C# types to <see cref="ElementType"/>.</summary>
internal static class ElementTypes
{
    /// <summary>The element type of <typeparamref name="T"/>; the JIT folds this to a constant.</summary>
    public static ElementType Of<T>()
        where T : unmanaged
    {
        if (typeof(T) == typeof(Half))
            return ElementType.Float16;
        if (typeof(T) == typeof(BFloat16))
            return ElementType.BFloat16;
        if (typeof(T) == typeof(float))
            return ElementType.Float32;
        if (typeof(T) == typeof(double))
            return ElementType.Float64;
        if (typeof(T) == typeof(int))
            return ElementType.Int32;
        if (typeof(T) == typeof(long))
            return ElementType.Int64;
        if (typeof(T) == typeof(byte))
            return ElementType.UInt8;
        if (typeof(T) == typeof(bool))
            return ElementType.Boolean;
        throw new NotSupportedException(
            $"A tensor of {typeof(T)} is not supported. Use Half, BFloat16, float, double, int, long, byte or bool.");
    }
}
