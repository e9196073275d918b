using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using static FlexAttention.Tests.Infrastructure.ModelBuilder;

namespace FlexAttention.Tests.Emit;

/// <summary>Models that between them use every construct that the CUDA emitter has a spelling for.</summary>
internal static class SampleModels
{
    public static VariantModel Causal { get; } = Mask("Causal", [], builder => CausalMask(builder));

    public static VariantModel Alibi { get; } = Score("Alibi", [Floats("slopes", 1)], AlibiScore, CausalMask);

    public static VariantModel Document { get; } = Mask("Document", [Ints("ids", 1)], DocumentMask);

    public static VariantModel SoftCap { get; } = Score("SoftCap", [Floats("cap", 0)], SoftCapScore);

    public static VariantModel Trig { get; } = Score("Trig", [], TrigScore);

    public static VariantModel Loop { get; } = Score("Loop", [Ints("lengths", 1), Floats("bias", 2)], LoopScore, LoopMask);

    public static VariantModel Rejecting { get; } = Score("Rejecting", [], RejectingScore);

    public static VariantModel EveryOperation { get; } = Score("EveryOperation", [Floats("x", 0)], AllFloats, AllIntegers);

    public static VariantModel Reserved { get; } = Score(
        "template",
        [Floats("float", 1), Ints("mask", 0), Floats("v0", 0), Floats("größe", 0), new("head", CaptureElement.Bool, 0)],
        ReservedScore);

    public static IReadOnlyList<VariantModel> All { get; } =
        [Causal, Alibi, Document, SoftCap, Trig, Loop, Rejecting, EveryOperation, Reserved];

    private static int CausalMask(IrBuilder builder) =>
        builder.Operation(IrOp.LessOrEqual, builder.Index(IrIndex.Key), builder.Index(IrIndex.Query));

    /// <summary>score + slopes[h] * (kv - q)</summary>
    private static int AlibiScore(IrBuilder builder)
    {
        int distance = builder.Operation(IrOp.Subtract, builder.Index(IrIndex.Key), builder.Index(IrIndex.Query));
        int slope = builder.Load(IrType.Float32, 0, [builder.Index(IrIndex.Head)]);
        int bias = builder.Operation(IrOp.Multiply, slope, builder.Convert(IrType.Float32, distance));
        return builder.Operation(IrOp.Add, builder.Score(), bias);
    }

    /// <summary>ids[q] == ids[kv] &amp;&amp; kv &lt;= q, the access to kv's under the first condition</summary>
    private static int DocumentMask(IrBuilder builder)
    {
        int causal = CausalMask(builder);
        int query = builder.Load(IrType.Int32, 0, [builder.Index(IrIndex.Query)]);
        int key = builder.Load(IrType.Int32, 0, [builder.Index(IrIndex.Key)], causal);
        return builder.And(causal, builder.Operation(IrOp.Equal, query, key));
    }

    /// <summary>cap * tanh(score / cap)</summary>
    private static int SoftCapScore(IrBuilder builder)
    {
        int cap = builder.Scalar(IrType.Float32, 0);
        int tanh = builder.Operation(IrOp.Tanh, builder.Operation(IrOp.Divide, builder.Score(), cap));
        return builder.Operation(IrOp.Multiply, cap, tanh);
    }

    /// <summary>score * sin(q) + cos(kv) / (2 + sin(score))</summary>
    private static int TrigScore(IrBuilder builder)
    {
        int sine = builder.Operation(IrOp.Sin, builder.Convert(IrType.Float32, builder.Index(IrIndex.Query)));
        int cosine = builder.Operation(IrOp.Cos, builder.Convert(IrType.Float32, builder.Index(IrIndex.Key)));
        int divisor = builder.Operation(IrOp.Add, builder.Float32(2), builder.Operation(IrOp.Sin, builder.Score()));
        return builder.Operation(
            IrOp.Add,
            builder.Operation(IrOp.Multiply, builder.Score(), sine),
            builder.Operation(IrOp.Divide, cosine, divisor));
    }

    /// <summary>Adds bias[i, kv] for i below min(lengths[b], 4), and counts by a second carried value.</summary>
    private static int LoopScore(IrBuilder builder)
    {
        var body = new IrBuilder();
        int load = body.Load(IrType.Float32, 1, [body.Parameter(IrType.Int32, 0), body.Parameter(IrType.Int32, 3)]);
        IrRegion region = body.ToRegion(
        [
            body.Operation(IrOp.Add, body.Parameter(IrType.Float32, 1), load),
            body.Operation(IrOp.Add, body.Parameter(IrType.Int32, 2), body.Int32(1)),
        ]);
        int length = builder.Load(IrType.Int32, 0, [builder.Index(IrIndex.Batch)]);
        int end = builder.Operation(IrOp.Minimum, length, builder.Int32(4));
        int fold = builder.Fold(1, 2, [builder.Int32(0), end, builder.Score(), builder.Int32(0), builder.Index(IrIndex.Key)], region);
        int sum = builder.FoldResult(IrType.Float32, fold, 0);
        int count = builder.Convert(IrType.Float32, builder.FoldResult(IrType.Int32, fold, 1));
        return builder.Operation(IrOp.Add, sum, count);
    }

    /// <summary>Whether kv is below the sum of i for i = 8, 5, 2 and the query.</summary>
    private static int LoopMask(IrBuilder builder)
    {
        var body = new IrBuilder();
        IrRegion region = body.ToRegion(
            [body.Operation(IrOp.Add, body.Parameter(IrType.Int32, 1), body.Parameter(IrType.Int32, 0))]);
        int fold = builder.Fold(-3, 1, [builder.Int32(8), builder.Int32(0), builder.Index(IrIndex.Query)], region);
        return builder.Operation(IrOp.Less, builder.Index(IrIndex.Key), builder.FoldResult(IrType.Int32, fold, 0));
    }

    /// <summary>kv &lt;= q ? score : -inf</summary>
    private static int RejectingScore(IrBuilder builder) =>
        builder.Select(CausalMask(builder), builder.Score(), builder.Float32(float.NegativeInfinity));

    /// <summary>The sum of every operation on floats, in single and double precision.</summary>
    private static int AllFloats(IrBuilder builder)
    {
        int sum = builder.Score();
        foreach (IrType type in new[] { IrType.Float32, IrType.Float64 })
        {
            int x = builder.Convert(type, builder.Score());
            int y = builder.Convert(type, builder.Scalar(IrType.Float32, 0));
            foreach (IrOp op in Enum.GetValues<IrOp>().Where(op => op <= IrOp.Sign || op >= IrOp.FusedMultiplyAdd))
            {
                int value = Apply(builder, op, x, y);
                if (builder.TypeOf(value) == IrType.Bool)
                    value = builder.Select(value, builder.Float32(1.5f), builder.Float32(float.NaN));
                sum = builder.Operation(IrOp.Add, sum, builder.Convert(IrType.Float32, value));
            }
        }

        return sum;
    }

    /// <summary>Whether every operation on integers gives more than the lowest of them.</summary>
    private static int AllIntegers(IrBuilder builder)
    {
        int all = CausalMask(builder);
        foreach (IrType type in new[] { IrType.Int32, IrType.UInt32, IrType.Int64, IrType.UInt64 })
        {
            int x = builder.Convert(type, builder.Index(IrIndex.Query));
            int y = builder.Convert(type, builder.Index(IrIndex.Key));
            int lowest = builder.Number(type, type.IsUnsigned() ? 0 : int.MinValue);
            foreach (IrOp op in Enum.GetValues<IrOp>().Where(op => op <= IrOp.ShiftRightUnsigned || op is IrOp.FloorDivide or IrOp.FloorModulo))
            {
                if (type.IsUnsigned() && op is IrOp.Negate or IrOp.Abs or IrOp.Sign)
                    continue;
                bool isShift = op is IrOp.ShiftLeft or IrOp.ShiftRight or IrOp.ShiftRightUnsigned;
                int value = Apply(builder, op, x, isShift ? builder.Index(IrIndex.Key) : y);
                value = builder.Convert(type, value);
                all = builder.And(all, builder.Operation(IrOp.Greater, value, lowest));
            }
        }

        return builder.Or(all, builder.Operation(IrOp.Xor, CausalMask(builder), all));
    }

    private static int Apply(IrBuilder builder, IrOp op, int x, int y) => op switch
    {
        IrOp.FusedMultiplyAdd => builder.Operation(op, x, y, x),
        IrOp.Add or IrOp.Subtract or IrOp.Multiply or IrOp.Divide or IrOp.Remainder or IrOp.Minimum or IrOp.Maximum
            or IrOp.And or IrOp.Or or IrOp.Xor or IrOp.ShiftLeft or IrOp.ShiftRight or IrOp.ShiftRightUnsigned
            or IrOp.FloorDivide or IrOp.FloorModulo or IrOp.Power or IrOp.Atan2 or IrOp.CopySign => builder.Operation(op, x, y),
        _ => builder.Operation(op, x),
    };

    /// <summary>Every capture once, all of them named as something else is.</summary>
    private static int ReservedScore(IrBuilder builder)
    {
        int sum = builder.Operation(IrOp.Add, builder.Score(), builder.Load(IrType.Float32, 0, [builder.Scalar(IrType.Int32, 1)]));
        sum = builder.Operation(IrOp.Add, sum, builder.Scalar(IrType.Float32, 2));
        int limited = builder.Operation(IrOp.Minimum, sum, builder.Scalar(IrType.Float32, 3));
        return builder.Select(builder.Scalar(IrType.Bool, 4), limited, sum);
    }
}
