namespace FlexAttention.Generators.Ir;

/// <summary>
/// Every operation of the language. Integer arithmetic wraps, division truncates and shift counts are taken modulo the
/// width, as in C#. What each is called in C#, in CUDA and on the CPU's vectors is a row of the intrinsics table.
/// </summary>
internal enum IrOp : byte
{
    // Arithmetic (every numeric type)
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Negate,
    Minimum,
    Maximum,
    Abs,
    Sign,

    // Bits and logic (integers; And, Or, Xor and Not also on bool)
    And,
    Or,
    Xor,
    Not,
    ShiftLeft,
    ShiftRight,
    ShiftRightUnsigned,

    // Comparisons (give bool; on bool only Equal and NotEqual)
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,

    // Choice: condition, value if true, value if false
    Select,

    // To the node's type, as an unchecked C# cast
    Convert,

    // Integer helpers for formulas ported from languages whose division floors
    FloorDivide,
    FloorModulo,

    // Floating point
    FusedMultiplyAdd,
    Sqrt,
    ReciprocalSqrt,
    Cbrt,
    Exp,
    Exp2,
    Log,
    Log2,
    Log10,
    Power,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Atan2,
    Sinh,
    Cosh,
    Tanh,
    Asinh,
    Acosh,
    Atanh,
    Floor,
    Ceiling,
    Truncate,
    Round,
    CopySign,
    IsNaN,
    IsInfinity,
    IsFinite,
}
