using FlexAttention.Masking;

namespace FlexAttention.Tests.Masking;

/// <summary>Lists by key hold the blocks that lists by query hold.</summary>
public sealed class BlockTransposerTests
{
    [Test]
    public void Transpose_HoldsEveryBlockOnce()
    {
        var random = new Random(3);
        var grid = new BlockGrid(Batch: 2, Heads: 3, QueryLength: 130, KeyLength: 75, QueryBlock: 16, KeyBlock: 8);
        BlockKind[][] kinds = [.. Enumerable.Range(0, (int)grid.Rows).Select(_ => Draw(random, grid.KeyBlocks))];
        BlockLists lists = Lists(grid, kinds);

        BlockLists transposed = BlockTransposer.Transpose(lists);

        Assert.That((transposed.Grid.QueryLength, transposed.Grid.KeyLength), Is.EqualTo((75, 130)));
        for (int head = 0; head < 6; head++)
        {
            BlockKind[,] dense = transposed.Slice(head / 3, head % 3).ToDense();
            for (int query = 0; query < grid.QueryBlocks; query++)
            {
                for (int key = 0; key < grid.KeyBlocks; key++)
                    Assert.That(dense[key, query], Is.EqualTo(kinds[(head * grid.QueryBlocks) + query][key]));
            }
        }

        Assert.That(BlockTransposer.Transpose(transposed).HasSameBlocksAs(lists));
    }

    private static BlockLists Lists(BlockGrid grid, BlockKind[][] kinds)
    {
        var builder = new BlockListsBuilder(grid);
        foreach (BlockKind[] row in kinds)
        {
            for (int block = 0; block < row.Length; block++)
                builder.Add(row[block], new BlockRun(block, block + 1));
            builder.EndRow();
        }

        return builder.ToLists();
    }

    private static BlockKind[] Draw(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (BlockKind)random.Next(3))];
}
