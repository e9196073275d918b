using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Tests.Emit.Cpu;

/// <summary>Emitted CPU kernels that vector lanes cannot express, so that they run one key at a time.</summary>
internal sealed class ScalarKernelTests
{
    private static readonly double[] Scores = [.. Enumerable.Range(0, 16).Select(static i => (i - 5) * 0.75)];

    [Test]
    public void Score_InInt64_IsTheFormula([Values] LaneKind lanes)
    {
        VariantModel model = VariantModels.Score(static ir =>
        {
            int key = ir.Convert(IrType.Int64, ir.Index(IrIndex.Key));
            int hash = ir.Operation(IrOp.Multiply, key, ir.Scalar(IrType.Int64, 0));
            int bits = ir.Operation(IrOp.And, ir.Operation(IrOp.ShiftRightUnsigned, hash, ir.Int32(40)), ir.Number(IrType.Int64, 255));
            return ir.Operation(IrOp.Add, ir.Score(), ir.Convert(IrType.Float32, bits));
        }, new CaptureModel("seed", CaptureElement.Int64, 0));
        const long Seed = unchecked((long)0x9E3779B97F4A7C15);

        double[] result = EmittedVariant.Of(model).Bind(Seed).ApplyScore(lanes, Scores, 0, 0, 0, kv: 3);

        Assert.That(result, Is.EqualTo(Scores.Select(static (score, i) => score + ((unchecked((3 + i) * Seed) >>> 40) & 255))));
    }

    [Test]
    public void Score_WhoseLoopDependsOnTheKey_RunsThatManyTimes([Values] LaneKind lanes)
    {
        VariantModel model = VariantModels.Score(static ir =>
        {
            var body = new IrBuilder();
            int next = body.Operation(IrOp.Add, body.Parameter(IrType.Float32, 1), body.Convert(IrType.Float32, body.Parameter(IrType.Int32, 0)));
            int fold = ir.Fold(-1, 1, [ir.Index(IrIndex.Key), ir.Int32(0), ir.Score()], body.ToRegion([next]));
            return ir.FoldResult(IrType.Float32, fold, 0);
        });

        double[] result = EmittedVariant.Of(model).Bind().ApplyScore(lanes, Scores, 0, 0, 0, kv: 2);

        Assert.That(result, Is.EqualTo(Scores.Select(static (score, i) => score + ((2 + i) * (3 + i) / 2))));
    }

    [Test]
    public void Score_OverDoubleLanes_IsComputedInDouble()
    {
        VariantModel model = VariantModels.Score(static ir =>
        {
            int wide = ir.Operation(IrOp.Multiply, ir.Convert(IrType.Float64, ir.Score()), ir.Float64(1 / 3.0));
            return ir.Convert(IrType.Float32, wide);
        });

        double[] result = EmittedVariant.Of(model).Bind().ApplyScore(LaneKind.Double256, Scores, 0, 0, 0, 0);

        Assert.That(result, Is.EqualTo(Scores.Select(static score => score * (1 / 3.0))));
    }

    [Test]
    public void Mask_InUInt32_RejectsAndCounts([Values] LaneKind lanes)
    {
        VariantModel model = VariantModels.Mask(static ir =>
        {
            int key = ir.Convert(IrType.UInt32, ir.Operation(IrOp.Subtract, ir.Index(IrIndex.Key), ir.Index(IrIndex.Query)));
            return ir.Operation(IrOp.Less, key, ir.Number(IrType.UInt32, 4));
        });
        IVariantCalls variant = EmittedVariant.Of(model).Bind();

        double[] masked = variant.ApplyMask(lanes, Scores, 0, 0, q: 10, kv: 5);

        Assert.That(masked, Is.EqualTo(Scores.Select(static (score, i) => i + 5 is >= 10 and < 14 ? score : double.NegativeInfinity)));
        Assert.That(variant.CountKept(lanes, Scores.Length, 0, 0, q: 10, kv: 5), Is.EqualTo(4));
    }
}
