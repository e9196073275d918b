using System.Runtime.InteropServices;

namespace FlexAttention.Masking;

/// <summary>The first parameter of the block mask kernels: field for field the CUDA struct of the same name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BlockMaskArguments
{
    // [rows, 2] each: where row r's blocks begin and end. The count pass writes their number as the end.
    public int* PartialRanges;
    public int* PartialIndices;
    public int* FullRanges;
    public int* FullIndices;

    // The numbers of partial and of full blocks.
    public long* Totals;
    public BoundsTables Tables;
    public int Rows;
    public int Heads;
    public int QueryLength;
    public int KeyLength;
    public int QueryBlock;
    public int KeyBlock;

    // The number of the table that is built.
    public int Slot;
}
