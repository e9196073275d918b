using FlexAttention.Descriptors;

namespace FlexAttention.Tests.Masking;

public sealed class BlockMaskValidationTests
{
    private static readonly VariantDescriptor Causal = RuleVariant<CausalRule>.Descriptor;
    private static readonly VariantDescriptor HeadWindow = RuleVariant<HeadWindowRule>.Descriptor;
    private static readonly VariantDescriptor Padding = RuleVariant<PaddingRule>.Descriptor;

    [TestCase(-1, 1, 1, 1, "batch")]
    [TestCase(1, -1, 1, 1, "heads")]
    [TestCase(1, 1, -1, 1, "queryLength")]
    [TestCase(1, 1, 1, -1, "keyLength")]
    public void NegativeExtent_IsRejected(int batch, int heads, int queryLength, int keyLength, string parameter) =>
        Assert.That(
            () => BlockMaskTests.Case("causal").Create(batch, heads, queryLength, keyLength),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo(parameter));

    [TestCase(0, 128, "QueryBlockSize")]
    [TestCase(128, -5, "KeyBlockSize")]
    [TestCase(128, 65537, "KeyBlockSize")]
    public void BlockSizeOutOfRange_IsRejected(int queryBlock, int keyBlock, string parameter) =>
        Assert.That(
            () => BlockMaskTests.Case("causal").Create(1, 1, 8, 8, new() { QueryBlockSize = queryBlock, KeyBlockSize = keyBlock }),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo(parameter));

    [Test]
    public void TooManyRows_NamesTheOption() =>
        Assert.That(
            () => BlockMaskTests.Case("scatter").Create(1 << 16, 1 << 10, 1 << 10, 8, new() { QueryBlockSize = 1 }),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains("QueryBlockSize"));

    [Test]
    public void TooManyRowsOfKeys_NamesTheOption()
    {
        using BlockMask mask = HeadBandMasks.HeadBandKernel.CreateBlockMask(
            1, 1 << 11, 1, 1 << 20, new() { QueryBlockSize = 1, KeyBlockSize = 1 });

        Assert.That(
            () => mask.TransposedViewFor(1, 1, out _),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains("KeyBlockSize"));
    }

    [Test]
    public void MaskWithoutQueries_AsksNothing()
    {
        using BlockMask mask = HeadBandMasks.HeadBandKernel.CreateBlockMask(1 << 16, 1 << 15, 0, 8);

        Assert.That((mask.FullBlocks, mask.PartialBlocks, mask.EmptyBlocks), Is.EqualTo((0L, 0L, 0L)));
    }

    [Test]
    public void VariantWithoutMask_IsRejected() =>
        Assert.That(
            () => MaskCase.Of("unmasked", default(Unmasked)).Create(1, 1, 8, 8),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains("'Unmasked' has no mask"));

    [Test]
    public void SharedMask_FitsAnyBatchAndHeads()
    {
        using BlockMask mask = BlockMaskTests.Case("causal").Create(2, 4, 64, 32);

        Assert.That(() => mask.Validate(Causal, 3, 8, 64, 32, Device.Cpu, "mask"), Throws.Nothing);
    }

    [Test]
    public void MaskThatDoesNotFit_IsRejectedWithTheReason()
    {
        using BlockMask window = BlockMaskTests.Case("head window").Create(1, 4, 64, 32);
        using BlockMask padding = BlockMaskTests.Case("padding").Create(1, 4, 64, 32);

        AssertRejected(window, Causal, 1, 4, 64, 32, "needs a block mask of 'CausalRule', not of 'HeadWindowRule'");
        AssertRejected(window, Causal with { MaskName = null }, 1, 4, 64, 32, "has no mask");
        AssertRejected(window, HeadWindow, 1, 4, 65, 32, "q has 65 and k has 32");
        AssertRejected(window, HeadWindow, 1, 4, 64, 31, "q has 64 and k has 31");
        AssertRejected(window, HeadWindow, 9, 5, 64, 32, "depends on the head");
        // One batch is no broadcast: the mask looks at the batch, so the blocks of batch 0 are not those of the others.
        AssertRejected(padding, Padding, 2, 4, 64, 32, "depends on the batch");
        Assert.That(() => window.Validate(HeadWindow, 9, 4, 64, 32, Device.Cpu, "mask"), Throws.Nothing);
    }

    [Test]
    public void DisposedMask_IsRejected()
    {
        BlockMask mask = BlockMaskTests.Case("causal").Create(1, 1, 64, 32);
        mask.Dispose();

        Assert.That(() => mask.Validate(Causal, 1, 1, 64, 32, Device.Cpu, "mask"), Throws.TypeOf<ObjectDisposedException>());
    }

    private static void AssertRejected(
        BlockMask mask, VariantDescriptor variant, int batch, int heads, int queryLength, int keyLength, string reason) =>
        Assert.That(
            () => mask.Validate(variant, batch, heads, queryLength, keyLength, Device.Cpu, "mask"),
            Throws.TypeOf<ArgumentException>().With.Property("ParamName").EqualTo("mask").And.Message.Contains(reason));
}
