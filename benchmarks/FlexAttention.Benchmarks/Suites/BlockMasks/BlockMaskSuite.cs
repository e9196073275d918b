using System.CommandLine;
using FlexAttention.Benchmarks.Harness;
using FlexAttention.Benchmarks.Problems;
using FlexAttention.Benchmarks.Results;

namespace FlexAttention.Benchmarks.Suites.BlockMasks;

/// <summary>
/// From a mask to its lists of blocks of 128 x 128 on a GPU, by queries and by keys, one mask after the other, by the clock up to
/// the end of the last, beside PyTorch's compiled create_block_mask, which makes the same lists.
/// </summary>
internal static class BlockMaskSuite
{
    public static Command CreateCommand()
    {
        var command = new Command("blockmask", "Creating block masks on a GPU, beside PyTorch's compiled create_block_mask.");
        var variants = new Option<string[]>("--variants") { DefaultValueFactory = _ => [.. BlockMaskGrid.Variants], AllowMultipleArgumentsPerToken = true };
        variants.AcceptOnlyFromAmong([.. BlockMaskGrid.Variants, .. BlockMaskGrid.CallsAlone]);
        var lengths = new Option<int[]>("--lengths") { DefaultValueFactory = _ => [.. BlockMaskGrid.Lengths], AllowMultipleArgumentsPerToken = true };
        var quick = new Option<bool>("--quick") { Description = "One length only." };
        command.Options.Add(variants);
        command.Options.Add(lengths);
        command.Options.Add(quick);
        SuiteRun.AddTo(command, parsed =>
        {
            int[] sizes = parsed.GetValue(quick) ? [8192] : parsed.GetValue(lengths)!;
            Cell[] cells = [.. sizes.SelectMany(length => parsed.GetValue(variants)!.Select(variant => BlockMaskGrid.Cell(variant, length)))];
            return new(cells, (some, gpu, timer) => some.Select(cell => Time(gpu, cell, timer)));
        });
        return command;
    }

    private static ResultRow Time(CudaDevice gpu, Cell cell, CellTimer timer)
    {
        using DeviceTensor<int> ids = DeviceTensor<int>.From(PackedDocuments.Ids(cell.DocumentStarts, cell.KvLength), gpu);
        long blocks;
        using (BlockMask mask = Create(gpu, cell, ids))
            blocks = mask.FullBlocks + mask.PartialBlocks;
        CellTimes times = timer.Measure(new WallContender(() => Create(gpu, cell, ids).Dispose(), gpu.Synchronize), cell);
        double? difference = times.PeerBlocks is { } counted ? Math.Abs(blocks - counted.Sum()) : null;
        return new("blockmask", cell.Variant, 1, 1, 1, cell.KvLength, 0, "", gpu.Name, times.Ours, times.Peers, difference);
    }

    /// <summary>A mask with its lists by queries and by keys, which the peer has, too, unless the call alone is timed.</summary>
    private static BlockMask Create(CudaDevice gpu, Cell cell, DeviceTensor<int> ids)
    {
        BlockMask mask = Call(gpu, cell, ids);
        if (!BlockMaskGrid.IsCallAlone(cell))
        {
            mask.ViewFor(mask.QueryBlockSize, mask.KeyBlockSize, out _, gpu.DefaultStream);
            mask.TransposedViewFor(mask.QueryBlockSize, mask.KeyBlockSize, out _, gpu.DefaultStream);
        }

        return mask;
    }

    private static BlockMask Call(CudaDevice gpu, Cell cell, DeviceTensor<int> ids)
    {
        var options = new BlockMaskOptions { Device = gpu };
        return BlockMaskGrid.MaskOf(cell) switch
        {
            "causal" => Variants.CausalKernel.CreateBlockMask(1, 1, cell.KvLength, cell.KvLength, options),
            "sliding_window" => Variants.SlidingWindowKernel.CreateBlockMask(1, 1, cell.KvLength, cell.KvLength, cell.Window, options),
            _ => Variants.DocumentKernel.CreateBlockMask(1, 1, cell.KvLength, cell.KvLength, ids, options),
        };
    }
}
