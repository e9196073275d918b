using FlexAttention.Generators.Emit.Cuda;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Emit;

/// <summary>What is emitted, where it matters that it is this and nothing else.</summary>
public sealed class CudaEmitterTests
{
    [Test]
    public void Causal_IsOneComparison() => AssertEmits(SampleModels.Causal, "return kv <= q;");

    [Test]
    public void Alibi_IsOneMultiplicationWithASlopeKeptForTheTile() => AssertEmits(
        SampleModels.Alibi,
        "head.v0 = slopes(h) * (1.0f / scale);",
        "return dot + flex::scaled_offset(head.v0, kv - q);",
        "return flex::scaled_base(head.v0, kv - q);");

    [Test]
    public void MethodAsWritten_FusesNothing() =>
        AssertEmits(SampleModels.Alibi, "return score + flex::mul(slopes(h), flex::to_float(kv - q));");

    [Test]
    public void Document_LoadsOnceForARowAndAColumn() => AssertEmits(
        SampleModels.Document,
        "row.v0 = ids(q);",
        "column.v1 = ids(kv);",
        "return (kv <= q) & (row.v0 == column.v1);");

    [Test]
    public void MethodAsWritten_SkipsLoadsAsCSharpDoes() =>
        AssertEmits(SampleModels.Document, "return (kv <= q) && (ids(q) == ids(kv));");

    [Test]
    public void Check_ReportsUnderTheGuardOfTheAccess() => AssertEmits(
        SampleModels.Document,
        "checker.index(0, 0, q, ids.extent[0]);",
        "if (kv <= q) {",
        "checker.index(0, 0, kv, ids.extent[0]);");

    [Test]
    public void SoftCap_DividesOnceATile() => AssertEmits(
        SampleModels.SoftCap,
        "head.v0 = scale * (1.0f / cap);",
        "return cap * flex::kLog2E * flex::fast_tanh(dot * head.v0);",
        "return cap * flex::tanh(score / cap);");

    [Test]
    public void Fold_IsALoop() => AssertEmits(
        SampleModels.Loop,
        "for (int i0 = 0; i0 < head.v0; ++i0) {",
        "for (int i0 = 8; i0 > 0; i0 = flex::add(i0, -3)) {");

    [Test]
    public void LongFold_IsNotUnrolled_AndAShortOneMayBe()
    {
        string unit = CudaEmitter.Emit(SampleModels.Loop);

        Assert.That(unit, Does.Match("#pragma unroll 1\n *for \\(int i0 = 0; i0 < head.v0;"));
        Assert.That(unit, Does.Not.Match("#pragma unroll 1\n *for \\(int i0 = 8; i0 > 0;"));
    }

    [Test]
    public void ReservedNames_GetAnUnderscore() => AssertEmits(
        SampleModels.Reserved,
        "struct template_ {",
        "flex::Buffer<float, 1> float_;",
        "int mask_;",
        "float v0_;",
        "float gru00f6u00dfe;",
        "int head_;");

    [Test]
    public void NamesThatCollideOnceEscaped_StayApart()
    {
        VariantModel model = ModelBuilder.Mask(
            "Clash", [ModelBuilder.Ints("int", 0), ModelBuilder.Ints("int_", 0)], builder => builder.Bool(true));

        Assert.That(CudaNames.Captures(model), Is.EqualTo(new[] { "int_", "int__" }));
    }

    [Test]
    public void Statements_LeadToTheirCSharpLine() =>
        AssertEmits(SampleModels.Causal, "#line 10 \"Models.cs\"\nreturn kv <= q;\n#line ");

    [Test]
    public void LinesAfterAFunction_AreTheUnitsOwn()
    {
        string[] lines = CudaEmitter.Emit(SampleModels.Causal).Split('\n');

        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].EndsWith("\"Causal.cu\"", StringComparison.Ordinal))
                Assert.That(lines[i], Is.EqualTo($"#line {i + 2} \"Causal.cu\""));
        }
    }

    [Test]
    public void StatementAfterALoop_HasItsOwnLine()
    {
        VariantModel model = ModelBuilder.Score("Method", [], builder =>
        {
            var body = new IrBuilder();
            IrRegion region = body.ToRegion([body.Operation(IrOp.Multiply, body.Parameter(IrType.Float32, 1), body.Float32(2))]);
            int fold = builder.Fold(1, 1, [builder.Int32(0), builder.Index(IrIndex.Head), builder.Score()], region);
            int result = builder.FoldResult(IrType.Float32, fold, 0);
            builder.Line++;
            return builder.Operation(IrOp.Sqrt, result);
        });

        string[] lines = CudaEmitter.Emit(model).Split('\n');

        int statement = Array.FindLastIndex(lines, line => line.Contains("return flex::sqrt", StringComparison.Ordinal));
        Assert.That(CompilersLine(lines, statement), Is.EqualTo("11 \"Models.cs\""));
    }

    [Test]
    public void CommentThatEndsInABackslash_DoesNotSwallowTheNextLine()
    {
        VariantModel model = SampleModels.Causal with { Documentation = "// a path: C:\\" };

        AssertEmits(model, "//   // a path: C:\\.\n");
    }

    [TestCase(IrOp.Subtract, "score - (score - x)")]
    [TestCase(IrOp.Add, "score + (score - x)")]
    [TestCase(IrOp.Multiply, "score * (score - x)")]
    [TestCase(IrOp.Divide, "score / (score - x)")]
    public void Parentheses_StandWhereTheOrderNeedsThem(object op, string expected) => AssertEmits(
        ModelBuilder.Score("Method", [ModelBuilder.Floats("x", 0)], builder =>
        {
            int difference = builder.Operation(IrOp.Subtract, builder.Score(), builder.Scalar(IrType.Float32, 0));
            return builder.Operation((IrOp)op, builder.Score(), difference);
        }),
        $"return {expected};");

    [Test]
    public void BoolOperators_TakeBothSidesUnlessTheSecondIsCostly() => AssertEmits(
        ModelBuilder.Mask("Method", [ModelBuilder.Ints("window", 0)], builder =>
        {
            int causal = builder.Operation(IrOp.LessOrEqual, builder.Index(IrIndex.Key), builder.Index(IrIndex.Query));
            int distance = builder.Operation(IrOp.Subtract, builder.Index(IrIndex.Query), builder.Index(IrIndex.Key));
            int near = builder.Operation(IrOp.Less, distance, builder.Scalar(IrType.Int32, 0));
            int first = builder.Operation(IrOp.Equal, builder.Index(IrIndex.Key), builder.Int32(0));
            return builder.Or(first, builder.And(causal, near));
        }),
        "return (kv == 0) | ((kv <= q) & (q - kv < window));");

    [Test]
    public void Emission_IsAFunctionOfTheModel() =>
        Assert.That(CudaEmitter.Emit(SampleModels.Loop), Is.EqualTo(CudaEmitter.Emit(SampleModels.Loop with { Line = 99 })));

    /// <summary>The number and file that a compiler gives a line of a unit.</summary>
    private static string CompilersLine(string[] lines, int index)
    {
        int directive = Array.FindLastIndex(lines, index, line => line.StartsWith("#line ", StringComparison.Ordinal));
        string[] parts = lines[directive].Split(' ', 3);
        return $"{int.Parse(parts[1]) + index - directive - 1} {parts[2]}";
    }

    private static void AssertEmits(VariantModel model, params string[] texts)
    {
        string unit = string.Join('\n', CudaEmitter.Emit(model).Split('\n').Select(line => line.TrimStart()));
        foreach (string text in texts)
            Assert.That(unit, Does.Contain(text));
    }
}
