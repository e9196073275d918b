using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Tests.Emit.Cpu;

/// <summary>The checked mode of emitted CPU kernels.</summary>
internal sealed class CheckTests
{
    private static readonly CaptureModel Bias = new("bias", CaptureElement.Float32, 2);

    [Test]
    public void Check_AccessOutOfRange_NamesIt()
    {
        IVariantCalls variant = Bind(static ir => ir.Load(IrType.Float32, 0, [ir.Index(IrIndex.Head), ir.Index(IrIndex.Key)]));

        Assert.That(() => variant.Check(0, 1, 2, 2), Throws.Nothing);
        CaptureIndexException exception = Assert.Throws<CaptureIndexException>(() => variant.Check(4, 1, 2, 3))!;

        Assert.Multiple(() =>
        {
            Assert.That(exception.Variant, Is.EqualTo("Demo.Variants.Score"));
            Assert.That(exception.Capture, Is.EqualTo("bias"));
            Assert.That(exception.Dimension, Is.EqualTo(1));
            Assert.That(exception.Index, Is.EqualTo(3));
            Assert.That(exception.Extent, Is.EqualTo(3));
            Assert.That(exception.Message, Does.Contain("(b=4, h=1, q=2, kv=3)"));
        });
    }

    [Test]
    public void Check_UnderAGuard_ReportsOnlyWhatCSharpWouldRead()
    {
        IVariantCalls variant = Bind(static ir =>
        {
            int guard = ir.Operation(IrOp.Less, ir.Index(IrIndex.Query), ir.Int32(5));
            return ir.Select(guard, ir.Load(IrType.Float32, 0, [ir.Int32(0), ir.Index(IrIndex.Key)], guard), ir.Score());
        });

        Assert.That(() => variant.Check(0, 0, q: 5, kv: 100), Throws.Nothing);
        Assert.That(() => variant.Check(0, 0, q: 4, kv: 100), Throws.TypeOf<CaptureIndexException>());
    }

    [Test]
    public void Check_InALoop_ReportsTheIterationThatFails()
    {
        IVariantCalls variant = Bind(static ir =>
        {
            var body = new IrBuilder();
            int load = body.Load(IrType.Float32, 0, [body.Int32(0), body.Parameter(IrType.Int32, 0)]);
            int next = body.Operation(IrOp.Add, body.Parameter(IrType.Float32, 1), load);
            int fold = ir.Fold(1, 1, [ir.Int32(0), ir.Index(IrIndex.Key), ir.Score()], body.ToRegion([next]));
            return ir.FoldResult(IrType.Float32, fold, 0);
        });

        Assert.That(() => variant.Check(0, 0, 0, kv: 3), Throws.Nothing);
        Assert.That(
            () => variant.Check(0, 0, 0, kv: 7), Throws.TypeOf<CaptureIndexException>().With.Property("Index").EqualTo(3));
    }

    [Test]
    public void Check_PairThatTheMaskRejects_SkipsTheScore()
    {
        VariantModel mask = VariantModels.Mask(
            static ir => ir.Operation(IrOp.LessOrEqual, ir.Index(IrIndex.Key), ir.Index(IrIndex.Query)));
        VariantModel score = VariantModels.Score(static ir => ir.Load(IrType.Float32, 0, [ir.Int32(0), ir.Index(IrIndex.Key)]), Bias);
        IVariantCalls variant = Bind(score with { Mask = mask.Mask, MaskMethodName = mask.MethodName }, mask);

        Assert.That(() => variant.Check(0, 0, q: 8, kv: 9), Throws.Nothing);
        Assert.That(() => variant.Check(0, 0, q: 9, kv: 9), Throws.TypeOf<CaptureIndexException>());
    }

    private static IVariantCalls Bind(Func<IrBuilder, int> score) => Bind(VariantModels.Score(score, Bias));

    private static IVariantCalls Bind(params VariantModel[] models) =>
        EmittedVariant.Of(models).Bind(DeviceTensor<float>.Create(Device.Cpu, 2, 3));
}
