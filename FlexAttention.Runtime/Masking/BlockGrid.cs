namespace FlexAttention.Masking;

/// <summary>How pairs are divided into blocks. A row of blocks is one (batch, head, query block).</summary>
/// <param name="Batch">The batches kept apart; 1 where all share one mask.</param>
/// <param name="Heads">The query heads kept apart; 1 where all share one mask.</param>
/// <param name="QueryLength">The number of queries.</param>
/// <param name="KeyLength">The number of keys.</param>
/// <param name="QueryBlock">The queries of a block.</param>
/// <param name="KeyBlock">The keys of a block.</param>
internal readonly record struct BlockGrid(int Batch, int Heads, int QueryLength, int KeyLength, int QueryBlock, int KeyBlock)
{
    /// <summary>The number of blocks along the queries.</summary>
    public int QueryBlocks => Rounding.CeilingDivide(QueryLength, QueryBlock);

    /// <summary>The number of blocks along the keys.</summary>
    public int KeyBlocks => Rounding.CeilingDivide(KeyLength, KeyBlock);

    /// <summary>The number of rows of blocks.</summary>
    public long Rows => (long)Batch * Heads * QueryBlocks;

    /// <summary>The number of blocks of all kinds.</summary>
    public long Blocks => checked(Rows * KeyBlocks);

    /// <summary>The same with queries and keys exchanged.</summary>
    public BlockGrid Transposed => new(Batch, Heads, KeyLength, QueryLength, KeyBlock, QueryBlock);

    /// <summary>The queries of one block, ending at the last query.</summary>
    public (int Start, int End) Queries(int block) => Range(block, QueryBlock, QueryLength);

    /// <summary>The keys of one block, ending at the last key.</summary>
    public (int Start, int End) Keys(int block) => Range(block, KeyBlock, KeyLength);

    /// <summary>The batch, head and query block of one row.</summary>
    public (int Batch, int Head, int QueryBlock) Decode(int row)
    {
        (int batchHead, int block) = Math.DivRem(row, QueryBlocks);
        (int batch, int head) = Math.DivRem(batchHead, Heads);
        return (batch, head, block);
    }

    private static (int Start, int End) Range(int block, int size, int length)
    {
        long start = (long)block * size;
        return ((int)start, (int)Math.Min(start + size, length));
    }
}
