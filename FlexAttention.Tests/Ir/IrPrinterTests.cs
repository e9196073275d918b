using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Tests.Ir;

public class IrPrinterTests
{
    private static readonly CaptureModel[] Captures =
        [new("slopes", CaptureElement.Float32, 1), new("window", CaptureElement.Int32, 0)];

    [Test]
    public void Print_Alibi_IsOneOperationALine()
    {
        var ir = new IrBuilder();
        int distance = ir.Operation(IrOp.Subtract, ir.Index(IrIndex.Key), ir.Index(IrIndex.Query));
        int isNear = ir.Operation(IrOp.Less, distance, ir.Scalar(IrType.Int32, 1));
        int slope = ir.Load(IrType.Float32, 0, [ir.Index(IrIndex.Head)], isNear);
        int bias = ir.Operation(IrOp.Multiply, slope, ir.Convert(IrType.Float32, distance));
        IrFunction function = ir.ToFunction(ir.Operation(IrOp.Add, ir.Score(), bias));

        Assert.That(IrPrinter.Print(function, Captures), Is.EqualTo("""
            v0:i32 = sub kv, q
            v1:bool = less v0, window
            v2:f32 = load slopes[h] if v1
            v3:f32 = convert v0
            v4:f32 = mul v2, v3
            v5:f32 = add score, v4
            return v5

            """));
    }

    [Test]
    public void Print_Fold_IndentsItsBody()
    {
        var body = new IrBuilder();
        int element = body.Load(IrType.Float32, 0, [body.Parameter(IrType.Int32, 0)]);
        int scaled = body.Operation(IrOp.Multiply, element, body.Parameter(IrType.Float32, 2));
        int sum = body.Operation(IrOp.Add, body.Parameter(IrType.Float32, 1), scaled);
        var ir = new IrBuilder();
        int[] arguments = [ir.Int32(0), ir.Extent(0, 0), ir.Float32(1.5f), ir.Score()];
        int fold = ir.Fold(1, 1, arguments, body.ToRegion([sum]));
        IrFunction function = ir.ToFunction(ir.FoldResult(IrType.Float32, fold, 0));

        Assert.That(IrPrinter.Print(function, Captures), Is.EqualTo("""
            v0 = fold (i = 0; i < slopes.length0; i += 1) c0 = 1.5f, x0 = score
              v0:f32 = load slopes[i]
              v1:f32 = mul v0, x0
              v2:f32 = add c0, v1
              next v2
            return v0.c0

            """));
    }
}
