using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Tests.Emit.Cpu;

/// <summary>Emitted CPU kernels against the formulas that they are emitted from, in every kind of lanes.</summary>
internal sealed class LaneKernelTests
{
    private const int Count = 32;
    private static readonly double[] Scores = [.. Enumerable.Range(0, Count).Select(static i => (i - 13) * 0.75)];

    [Test]
    public void Score_OfIndicesAndScalar_IsTheFormula([Values] LaneKind lanes)
    {
        VariantModel model = VariantModels.Score(
            static ir =>
            {
                int distance = ir.Convert(IrType.Float32, ir.Operation(IrOp.Subtract, ir.Index(IrIndex.Key), ir.Index(IrIndex.Query)));
                int slope = ir.Operation(IrOp.Multiply, ir.Scalar(IrType.Float32, 0), ir.Convert(IrType.Float32, ir.Index(IrIndex.Head)));
                return ir.Operation(IrOp.Add, ir.Score(), ir.Operation(IrOp.Multiply, slope, distance));
            },
            new CaptureModel("slope", CaptureElement.Float32, 0));

        double[] result = EmittedVariant.Of(model).Bind(0.5f).ApplyScore(lanes, Scores, b: 0, h: 3, q: 7, kv: 5);

        Assert.That(result, Is.EqualTo(Scores.Select(static (score, i) => score + (1.5 * (5 + i - 7)))));
    }

    [Test]
    public void Score_WithFunctions_IsTheFormula([Values] LaneKind lanes)
    {
        VariantModel model = VariantModels.Score(static ir =>
        {
            int scaled = ir.Operation(IrOp.Divide, ir.Score(), ir.Float32(20f));
            return ir.Operation(IrOp.Multiply, ir.Float32(20f), ir.Operation(IrOp.Tanh, scaled));
        });

        double[] result = EmittedVariant.Of(model).Bind().ApplyScore(lanes, Scores, 0, 0, 0, 0);

        Assert.That(result, Is.EqualTo(Scores.Select(static score => 20 * Math.Tanh(score / 20))).Within(1e-5));
    }

    [Test]
    public void Score_WithLoads_ReadsZeroOutOfRange([Values] LaneKind lanes)
    {
        VariantModel model = VariantModels.Score(
            static ir =>
            {
                int bias = ir.Load(IrType.Float32, 0, [ir.Index(IrIndex.Head), ir.Index(IrIndex.Key)]);
                int id = ir.Load(IrType.Int32, 1, [ir.Index(IrIndex.Key)]);
                int half = ir.Load(IrType.Float32, 2, [id]);
                int flag = ir.Load(IrType.Bool, 3, [ir.Index(IrIndex.Key)]);
                int sum = ir.Operation(IrOp.Add, ir.Operation(IrOp.Add, ir.Score(), bias), half);
                return ir.Select(flag, sum, ir.Float32(float.NegativeInfinity));
            },
            new CaptureModel("bias", CaptureElement.Float32, 2),
            new CaptureModel("ids", CaptureElement.Int32, 1),
            new CaptureModel("table", CaptureElement.Half, 1),
            new CaptureModel("flags", CaptureElement.Bool, 1));
        float[] bias = [.. Enumerable.Range(0, 40).Select(static i => i * 0.25f)];
        int[] ids = [.. Enumerable.Range(0, 30).Select(static i => (i * 7) % 5)];
        Half[] table = [(Half)1, (Half)2, (Half)4];
        bool[] flags = [.. Enumerable.Range(0, 31).Select(static i => i % 3 != 0)];
        IVariantCalls variant = EmittedVariant.Of(model).Bind(
            DeviceTensor<float>.From(bias, [2, 20]),
            DeviceTensor<int>.From(ids, Device.Cpu),
            DeviceTensor<Half>.From(table, Device.Cpu),
            DeviceTensor<bool>.From(flags, Device.Cpu));

        double[] result = variant.ApplyScore(lanes, Scores, 0, h: 1, 0, kv: 2);

        Assert.That(result, Is.EqualTo(Scores.Select((score, i) => Expected(score, i + 2))));

        double Expected(double score, int kv)
        {
            int id = kv < ids.Length ? ids[kv] : 0;
            double sum = score + (kv < 20 ? bias[20 + kv] : 0) + (id < table.Length ? (double)table[id] : 0);
            return kv < flags.Length && flags[kv] ? sum : double.NegativeInfinity;
        }
    }

    [Test]
    public void Score_WithAnIndexThatFallsWithTheKey_ReadsBackwards([Values] LaneKind lanes, [Values(0, 16, 40, 90)] int q)
    {
        VariantModel model = VariantModels.Score(
            static ir =>
            {
                int distance = ir.Operation(IrOp.Subtract, ir.Index(IrIndex.Query), ir.Index(IrIndex.Key));
                int bias = ir.Load(IrType.Float32, 0, [ir.Index(IrIndex.Head), ir.Operation(IrOp.Add, distance, ir.Scalar(IrType.Int32, 1))]);
                return ir.Operation(IrOp.Add, ir.Score(), bias);
            },
            new CaptureModel("bias", CaptureElement.Float32, 2),
            new CaptureModel("shift", CaptureElement.Int32, 0));
        float[] bias = [.. Enumerable.Range(0, 100).Select(static i => i * 0.5f)];
        EmittedVariant variant = EmittedVariant.Of(model);

        double[] result = variant.Bind(DeviceTensor<float>.From(bias, [2, 50]), 3).ApplyScore(lanes, Scores, 0, h: 1, q, kv: 5);

        Assert.That(result, Is.EqualTo(Scores.Select((score, i) => score + (q - (5 + i) + 3 is >= 0 and < 50 and int at ? bias[50 + at] : 0))));
        Assert.That(variant.Descriptor.CpuSource, Does.Contain("TLanes.Reverse("));
    }

    [Test]
    public void Score_OfATransposedBuffer_FollowsItsStrides([Values] LaneKind lanes)
    {
        VariantModel model = VariantModels.Score(
            static ir => ir.Operation(IrOp.Add, ir.Score(), ir.Load(IrType.Float32, 0, [ir.Index(IrIndex.Query), ir.Index(IrIndex.Key)])),
            new CaptureModel("bias", CaptureElement.Float32, 2));
        using DeviceTensor<float> bias = DeviceTensor<float>.From([.. Enumerable.Range(0, 80).Select(static i => (float)i)], [40, 2]);

        double[] result = EmittedVariant.Of(model).Bind(bias.Transpose(0, 1)).ApplyScore(lanes, Scores, 0, 0, q: 1, kv: 0);

        Assert.That(result, Is.EqualTo(Scores.Select(static (score, i) => score + (2 * i) + 1)));
    }

    [Test]
    public void Mask_Rejects_AndCounts([Values] LaneKind lanes)
    {
        VariantModel model = VariantModels.Mask(
            static ir =>
            {
                int distance = ir.Operation(IrOp.Subtract, ir.Index(IrIndex.Query), ir.Index(IrIndex.Key));
                return ir.And(
                    ir.Operation(IrOp.GreaterOrEqual, distance, ir.Int32(0)),
                    ir.Operation(IrOp.LessOrEqual, distance, ir.Scalar(IrType.Int32, 0)));
            },
            new CaptureModel("window", CaptureElement.Int32, 0));
        IVariantCalls variant = EmittedVariant.Of(model).Bind(6);

        double[] masked = variant.ApplyMask(lanes, Scores, 0, 0, q: 20, kv: 3);
        int kept = variant.CountKept(lanes, 15, 0, 0, q: 20, kv: 3);

        Assert.That(masked, Is.EqualTo(Scores.Select(static (score, i) => i + 3 is >= 14 and <= 20 ? score : double.NegativeInfinity)));
        Assert.That(kept, Is.EqualTo(4));
    }

    [Test]
    public void Mask_ThatDoesNotDependOnTheKey_KeepsAllOrNone([Values] LaneKind lanes)
    {
        VariantModel model = VariantModels.Mask(
            static ir => ir.Operation(IrOp.Less, ir.Index(IrIndex.Query), ir.Load(IrType.Int32, 0, [ir.Index(IrIndex.Batch)])),
            new CaptureModel("lengths", CaptureElement.Int32, 1));
        IVariantCalls variant = EmittedVariant.Of(model).Bind(DeviceTensor<int>.From([5, 9], Device.Cpu));

        Assert.Multiple(() =>
        {
            Assert.That(variant.CountKept(lanes, Count, b: 0, 0, q: 7, 0), Is.Zero);
            Assert.That(variant.CountKept(lanes, Count, b: 1, 0, q: 7, 0), Is.EqualTo(Count));
            Assert.That(variant.ApplyMask(lanes, Scores, b: 1, 0, q: 7, 0), Is.EqualTo(Scores));
        });
    }

    [Test]
    public void Score_WithFold_RunsTheLoop([Values] LaneKind lanes)
    {
        // for (int i = 0; i < 4; i++) (x, y) = (x * 0.5f + y, x);
        VariantModel model = VariantModels.Score(static ir =>
        {
            var body = new IrBuilder();
            int x = body.Parameter(IrType.Float32, 1), y = body.Parameter(IrType.Float32, 2);
            int next = body.Operation(IrOp.Add, body.Operation(IrOp.Multiply, x, body.Float32(0.5f)), y);
            int count = ir.Scalar(IrType.Int32, 0);
            int fold = ir.Fold(1, 2, [ir.Int32(0), count, ir.Score(), ir.Float32(1f)], body.ToRegion([next, x]));
            return ir.Operation(IrOp.Add, ir.FoldResult(IrType.Float32, fold, 0), ir.FoldResult(IrType.Float32, fold, 1));
        }, new CaptureModel("count", CaptureElement.Int32, 0));

        double[] result = EmittedVariant.Of(model).Bind(4).ApplyScore(lanes, Scores, 0, 0, 0, 0);

        Assert.That(result, Is.EqualTo(Scores.Select(Expected)).Within(1e-5));

        static double Expected(double x)
        {
            double y = 1;
            for (int i = 0; i < 4; i++)
                (x, y) = ((x * 0.5) + y, x);
            return x + y;
        }
    }
}
