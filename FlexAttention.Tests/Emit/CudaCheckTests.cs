using FlexAttention.Generators.Emit.Cuda;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using FlexAttention.Tests.Emit.Cpu;

namespace FlexAttention.Tests.Emit;

/// <summary>The checked mode of emitted CUDA units.</summary>
public sealed class CudaCheckTests
{
    [Test]
    public void Check_PairThatTheMaskRejects_SkipsTheScore()
    {
        VariantModel mask = VariantModels.Mask(
            static ir => ir.Operation(IrOp.LessOrEqual, ir.Index(IrIndex.Key), ir.Index(IrIndex.Query)));
        VariantModel score = VariantModels.Score(
            static ir => ir.Load(IrType.Float32, 0, [ir.Index(IrIndex.Key)]), new CaptureModel("bias", CaptureElement.Float32, 1));

        string unit = CudaEmitter.Emit(score with { Mask = mask.Mask, MaskMethodName = mask.MethodName });

        Assert.That(
            unit,
            Does.Contain(
                """
                  FLEX_DEVICE void check(flex::Checker& checker, int b, int h, int q, int kv) const {
                    if (!(kv <= q)) return;
                    checker.index(0, 0, kv, bias.extent[0]);
                  }
                """));
    }
}
