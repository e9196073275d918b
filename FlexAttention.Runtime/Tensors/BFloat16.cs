using System.Globalization;

namespace FlexAttention;

/// <summary>
/// A 16-bit floating-point number with the exponent range of <see cref="float"/> and 8 bits of precision: the upper half
/// of a float. Made from a float by rounding to nearest, ties to even.
/// </summary>
public readonly struct BFloat16 : IEquatable<BFloat16>, IComparable<BFloat16>, IFormattable
{
    private readonly ushort _bits;

    private BFloat16(ushort bits) => _bits = bits;

    /// <summary>Not a number.</summary>
    public static BFloat16 NaN => new(0x7FC0);

    /// <summary>Positive infinity.</summary>
    public static BFloat16 PositiveInfinity => new(0x7F80);

    /// <summary>Negative infinity.</summary>
    public static BFloat16 NegativeInfinity => new(0xFF80);

    /// <summary>The number with the given bits.</summary>
    public static BFloat16 FromBits(ushort bits) => new(bits);

    /// <summary>The number's bits.</summary>
    public ushort ToBits() => _bits;

    /// <summary>Rounds to the nearest number, ties to even. NaN stays NaN.</summary>
    public static BFloat16 FromSingle(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        // Rounding could carry a NaN's low payload into infinity, so a NaN is truncated and made quiet instead.
        if (float.IsNaN(value))
            return new((ushort)((bits >> 16) | 0x0040));
        uint tiesToEven = 0x7FFF + ((bits >> 16) & 1);
        return new((ushort)((bits + tiesToEven) >> 16));
    }

    /// <summary>Widens without loss.</summary>
    public float ToSingle() => BitConverter.UInt32BitsToSingle((uint)_bits << 16);

    /// <inheritdoc cref="FromSingle"/>
    public static explicit operator BFloat16(float value) => FromSingle(value);

    /// <summary>Rounds through <see cref="float"/>.</summary>
    public static explicit operator BFloat16(double value) => FromSingle((float)value);

    /// <inheritdoc cref="ToSingle"/>
    public static implicit operator float(BFloat16 value) => value.ToSingle();

    /// <summary>Compares as numbers: NaN equals nothing, and the zeros are equal.</summary>
    public static bool operator ==(BFloat16 left, BFloat16 right) => left.ToSingle() == right.ToSingle();

    /// <inheritdoc cref="operator =="/>
    public static bool operator !=(BFloat16 left, BFloat16 right) => left.ToSingle() != right.ToSingle();

    /// <summary>Compares as numbers.</summary>
    public static bool operator <(BFloat16 left, BFloat16 right) => left.ToSingle() < right.ToSingle();

    /// <inheritdoc cref="operator &lt;"/>
    public static bool operator >(BFloat16 left, BFloat16 right) => left.ToSingle() > right.ToSingle();

    /// <inheritdoc cref="operator &lt;"/>
    public static bool operator <=(BFloat16 left, BFloat16 right) => left.ToSingle() <= right.ToSingle();

    /// <inheritdoc cref="operator &lt;"/>
    public static bool operator >=(BFloat16 left, BFloat16 right) => left.ToSingle() >= right.ToSingle();

    /// <summary>Equality as <see cref="float.Equals(float)"/> has it: NaN equals NaN.</summary>
    public bool Equals(BFloat16 other) => ToSingle().Equals(other.ToSingle());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ToSingle().GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(BFloat16 other) => ToSingle().CompareTo(other.ToSingle());

    /// <inheritdoc/>
    public override string ToString() => ToSingle().ToString(CultureInfo.CurrentCulture);

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToSingle().ToString(format, formatProvider);
}
