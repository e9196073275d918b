namespace FlexAttention.Masking;

/// <summary>The blocks that are left of one row: the partial ones, then the full ones, in one exact array.</summary>
internal readonly record struct BlockRow(int[] Indices, int PartialCount)
{
    public int FullCount => Indices.Length - PartialCount;

    /// <summary>Collects the blocks of a row from their kinds.</summary>
    public static BlockRow Of(ReadOnlySpan<BlockKind> kinds)
    {
        int partialCount = kinds.Count(BlockKind.Partial);
        int fullCount = kinds.Count(BlockKind.Full);
        if (partialCount + fullCount == 0)
            return new BlockRow([], 0);
        var indices = new int[partialCount + fullCount];
        int partial = 0, full = partialCount;
        for (int block = 0; block < kinds.Length; block++)
        {
            if (kinds[block] == BlockKind.Partial)
                indices[partial++] = block;
            else if (kinds[block] == BlockKind.Full)
                indices[full++] = block;
        }

        return new BlockRow(indices, partialCount);
    }

    public void CopyTo(Span<int> partialIndices, Span<int> fullIndices)
    {
        Indices.AsSpan(0, PartialCount).CopyTo(partialIndices);
        Indices.AsSpan(PartialCount).CopyTo(fullIndices);
    }
}
