namespace FlexAttention;

/// <summary>The element types of a <see cref="DeviceTensor"/>.</summary>
public enum ElementType
{
    /// <summary><see cref="Half"/>: IEEE binary16.</summary>
    Float16,

    /// <summary><see cref="FlexAttention.BFloat16"/>: the upper half of a float.</summary>
    BFloat16,

    /// <summary><see cref="float"/>.</summary>
    Float32,

    /// <summary><see cref="double"/>.</summary>
    Float64,

    /// <summary><see cref="int"/>.</summary>
    Int32,

    /// <summary><see cref="long"/>.</summary>
    Int64,

    /// <summary><see cref="byte"/>.</summary>
    UInt8,

    /// <summary><see cref="bool"/>: one byte, 0 or 1.</summary>
    Boolean,
}
