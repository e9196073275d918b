using System.Runtime.Intrinsics;
using FlexAttention.Cpu.Lanes;
using FlexAttention.Masking;

namespace FlexAttention.Tests.Masking;

public sealed class BlockMaskLaneTests
{
    [TestCase(128, 128)]
    [TestCase(64, 64)]
    [TestCase(37, 5)]
    public void EveryVectorWidth_FindsTheBlocksOfTheFormula(int queryBlock, int keyBlock)
    {
        var grid = new BlockGrid(1, 1, 300, 209, queryBlock, keyBlock);
        BlockLists expected = CpuBlockMaskBuilder.Build(new RuleVariant<CausalRule>(default), grid);
        LaneCausalVariant variant = default;

        BlockLists[] built =
        [
            CpuBlockMaskBuilder.Build(in variant, grid),
            CpuBlockMaskBuilder.Build<LaneCausalVariant, Float128, Vector128<float>, Vector128<int>>(variant, grid),
            CpuBlockMaskBuilder.Build<LaneCausalVariant, Float256, Vector256<float>, Vector256<int>>(variant, grid),
            CpuBlockMaskBuilder.Build<LaneCausalVariant, Float512, Vector512<float>, Vector512<int>>(variant, grid),
        ];

        Assert.That(built.Select(blocks => blocks.HasSameBlocksAs(expected)), Is.All.True);
    }
}
