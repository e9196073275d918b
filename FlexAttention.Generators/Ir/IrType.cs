namespace FlexAttention.Generators.Ir;

/// <summary>The types a variant computes with. <c>Half</c> and <c>bool</c> buffers are read as these.</summary>
internal enum IrType : byte
{
    Bool,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Float32,
    Float64,
}
