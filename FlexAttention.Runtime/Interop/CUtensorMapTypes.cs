namespace FlexAttention.Interop;

/// <summary>The element types of a tensor map that this library uses.</summary>
internal enum CUtensorMapDataType
{
    CU_TENSOR_MAP_DATA_TYPE_FLOAT16 = 6,
    CU_TENSOR_MAP_DATA_TYPE_BFLOAT16 = 9,
}

/// <summary>How channels of a tensor map interleave.</summary>
internal enum CUtensorMapInterleave
{
    CU_TENSOR_MAP_INTERLEAVE_NONE = 0,
}

/// <summary>How the 16-byte units of a row are permuted in shared memory.</summary>
internal enum CUtensorMapSwizzle
{
    CU_TENSOR_MAP_SWIZZLE_128B = 3,
}

/// <summary>How much the L2 cache reads for a miss.</summary>
internal enum CUtensorMapL2promotion
{
    CU_TENSOR_MAP_L2_PROMOTION_L2_256B = 3,
}

/// <summary>What is read outside a tensor.</summary>
internal enum CUtensorMapFloatOOBfill
{
    /// <summary>Zeros.</summary>
    CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE = 0,
}
