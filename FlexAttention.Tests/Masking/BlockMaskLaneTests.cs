using FlexAttention.Masking;
using FlexAttention.Tests.Emit.Cpu;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Masking;

/// <summary>Blocks that are evaluated are the same whatever vectors the pairs are counted in.</summary>
internal sealed class BlockMaskLaneTests
{
    [Test]
    public void EveryVectorWidth_FindsTheBlocksOfTheFormula(
        [Values(LaneKind.Float128, LaneKind.Float256, LaneKind.Float512)] LaneKind lanes,
        [Values(128, 64, 37)] int queryBlock,
        [Values(128, 64, 5)] int keyBlock)
    {
        var grid = new BlockGrid(1, 1, 300, 209, queryBlock, keyBlock);
        IVariantCalls causal = EmittedVariant.Of(VariantCatalogue.Find("causal").Kernel).Bind([]);

        BlockLists expected = CpuBlockMaskBuilder.Build(new RuleVariant<CausalRule>(default), grid);

        Assert.That(causal.BuildByEvaluation(lanes, grid).HasSameBlocksAs(expected));
    }
}
