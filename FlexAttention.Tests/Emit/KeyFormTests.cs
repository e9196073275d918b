using FlexAttention.Generators.Emit.Cuda;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Emit;

/// <summary>How hooks spell what is made of a key: in its two parts where there is a form for them, else as an int.</summary>
public sealed class KeyFormTests
{
    private static readonly CaptureModel[] Captures = [ModelBuilder.Ints("x", 0), ModelBuilder.Floats("y", 0)];

    [Test]
    public void Comparison_TakesTheKeyOnOneSide()
    {
        AssertMask(builder => builder.Operation(IrOp.Less, Scalar(builder), Key(builder)), "return x < kv;");
        AssertMask(builder => builder.Operation(IrOp.Less, Key(builder), Distance(builder)), "return kv < kv - q;");
    }

    [Test]
    public void DistanceThatIsCompared_StaysInTwoParts()
    {
        AssertMask(builder => builder.Operation(IrOp.Less, Distance(builder), Scalar(builder)), "return kv - q < x;");
        AssertMask(
            builder => builder.Operation(IrOp.Less, builder.Operation(IrOp.Abs, Distance(builder)), Scalar(builder)),
            "return flex::abs(kv - q) < x;");
    }

    [Test]
    public void DistanceThatIsUsedTwice_KeepsItsForm() => AssertMask(
        builder =>
        {
            int distance = Distance(builder);
            int above = builder.Operation(IrOp.GreaterOrEqual, distance, builder.Int32(0));
            return builder.And(above, builder.Operation(IrOp.Less, distance, Scalar(builder)));
        },
        "const auto v0 = kv - q;",
        "return (v0 >= 0) & (v0 < x);");

    [Test]
    public void Query_HasTheSameForms()
    {
        AssertMask(builder => builder.Operation(IrOp.Less, Query(builder), Scalar(builder)), "return q < x;");
        AssertMask(builder => builder.Operation(IrOp.LessOrEqual, Key(builder), Query(builder)), "return kv <= q;");
    }

    [Test]
    public void Magnitude_IsComparedWithAnInt() => AssertMask(
        builder => builder.Operation(IrOp.Less, builder.Operation(IrOp.Abs, Distance(builder)), Query(builder)),
        "return flex::abs(kv - q) < int(q);");

    [Test]
    public void Arithmetic_TakesAnInt()
    {
        AssertMask(
            builder => builder.Operation(IrOp.Less, builder.Operation(IrOp.Add, Query(builder), Scalar(builder)), builder.Int32(9)),
            "return flex::add(int(q), x) < 9;");
        AssertMask(
            builder => builder.Operation(IrOp.Less, builder.Operation(IrOp.Add, Key(builder), Scalar(builder)), builder.Int32(9)),
            "return flex::add(int(kv), x) < 9;");
        AssertMask(
            builder => builder.Operation(
                IrOp.Equal, builder.Operation(IrOp.And, Distance(builder), builder.Int32(1)), builder.Int32(0)),
            "return (int(kv - q) & 1) == 0;");
    }

    [Test]
    public void TermOfTheScore_LeavesWhatATileSharesToTheShift()
    {
        AssertScore(
            IrOp.Add,
            builder => Product(builder, Coefficient(builder), Distance(builder)),
            "kHasShift = true;",
            "return dot + flex::scaled_offset(head.v0, kv - q);",
            "return flex::scaled_base(head.v0, kv - q);");
        AssertScore(
            IrOp.Subtract,
            builder => Product(builder, Coefficient(builder), builder.Operation(IrOp.Negate, Distance(builder))),
            "return dot - flex::scaled_offset(head.v0, flex::neg(kv - q));",
            "return -flex::scaled_base(head.v0, flex::neg(kv - q));");
    }

    [Test]
    public void ProductThatIsNoTerm_IsWhole()
    {
        AssertScore(
            IrOp.Minimum,
            builder => Product(builder, Coefficient(builder), Distance(builder)),
            "kHasShift = false;",
            "flex::minimum(dot, flex::scaled(head.v0, kv - q))");
        AssertScore(
            IrOp.Add,
            builder => Product(builder, Coefficient(builder), builder.Operation(IrOp.Abs, Distance(builder))),
            "kHasShift = false;",
            "dot + flex::scaled(head.v0, flex::abs(kv - q))");
    }

    [Test]
    public void ProductThatIsUsedTwice_IsWhole() => AssertScore(
        IrOp.Add,
        builder =>
        {
            int product = Product(builder, Coefficient(builder), Distance(builder));
            return builder.Operation(IrOp.Add, product, builder.Operation(IrOp.Tanh, product));
        },
        "kHasShift = false;");

    [Test]
    public void CoefficientOfAPair_TimesADistance_IsAProduct() =>
        AssertScore(
            IrOp.Add, builder => Product(builder, builder.Score(), Distance(builder)), " * flex::to_float(kv - q)");

    [Test]
    public void FloatThatDecides_IsThatOfTheInt() => AssertMask(
        builder => builder.Operation(
            IrOp.Less, builder.Convert(IrType.Float32, Distance(builder)), builder.Scalar(IrType.Float32, 1)),
        "return flex::to_float(int(kv - q)) < y;");

    [Test]
    public void MaskOfComparisons_IsAskedAboutSetsOfKeys()
    {
        AssertMask(
            builder => builder.And(
                builder.Operation(IrOp.LessOrEqual, Key(builder), Query(builder)),
                builder.Operation(IrOp.Less, builder.Operation(IrOp.Subtract, Query(builder), Key(builder)), Scalar(builder))),
            "kMasksKeySets = true;",
            "return ((kv <= q) & (q - kv < x));");
        AssertMask(
            builder => builder.Or(
                builder.Operation(IrOp.Less, Query(builder), Scalar(builder)), builder.Operation(IrOp.Less, Key(builder), Scalar(builder))),
            "kMasksKeySets = true;",
            "flex::for_all_keys(");
    }

    [Test]
    public void OtherMasks_AreAskedAboutPairs()
    {
        AssertMask(builder => builder.Operation(IrOp.LessOrEqual, Key(builder), Query(builder)), "kMasksKeySets = false;");
        AssertMask(
            builder => builder.And(
                builder.Operation(IrOp.LessOrEqual, Key(builder), Query(builder)),
                builder.Operation(
                    IrOp.Equal, builder.Operation(IrOp.And, Distance(builder), builder.Int32(1)), builder.Int32(0))),
            "kMasksKeySets = false;");
    }

    private static int Key(IrBuilder builder) => builder.Index(IrIndex.Key);

    private static int Query(IrBuilder builder) => builder.Index(IrIndex.Query);

    private static int Scalar(IrBuilder builder) => builder.Scalar(IrType.Int32, 0);

    private static int Coefficient(IrBuilder builder) => builder.Scalar(IrType.Float32, 1);

    private static int Distance(IrBuilder builder) =>
        builder.Operation(IrOp.Subtract, Key(builder), Query(builder));

    private static int Product(IrBuilder builder, int coefficient, int distance) =>
        builder.Operation(IrOp.Multiply, coefficient, builder.Convert(IrType.Float32, distance));

    private static void AssertMask(Func<IrBuilder, int> mask, params string[] expected) =>
        AssertEmits(ModelBuilder.Mask("Method", Captures, mask), expected);

    /// <summary>An operation of the score with something.</summary>
    private static void AssertScore(IrOp op, Func<IrBuilder, int> other, params string[] expected) => AssertEmits(
        ModelBuilder.Score("Method", Captures, builder => builder.Operation(op, builder.Score(), other(builder))), expected);

    private static void AssertEmits(VariantModel model, string[] expected)
    {
        string unit = CudaEmitter.Emit(model);
        foreach (string text in expected)
            Assert.That(unit, Does.Contain(text));
    }
}
