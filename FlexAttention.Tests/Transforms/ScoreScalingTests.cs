using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Transforms;
using FlexAttention.Tests.Emit;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Transforms;

/// <summary>A kernel's score is the method's times the factor of its unit, whatever the method.</summary>
public sealed class ScoreScalingTests
{
    private const float Scale = 0.125f;
    private const double Log2E = 1.4426950408889634;

    [Test]
    public void LinearScore_IsOneMultiplication() => AssertScaled(
        builder => builder.Operation(IrOp.Add, builder.Score(), builder.Float32(2)),
        """
        v0:f32 = mul scale, 1.442695f
        v1:f32 = mul dot, v0
        v2:f32 = add v1, 2.88539f
        return v2

        """);

    [Test]
    public void Choice_ScalesBothSidesAndKeepsInfinity() => AssertScaled(
        builder => builder.Select(
            builder.Operation(IrOp.Less, builder.Index(IrIndex.Key), builder.Index(IrIndex.Query)),
            builder.Score(),
            builder.Float32(float.NegativeInfinity)),
        """
        v0:bool = less kv, q
        v1:f32 = mul scale, 1.442695f
        v2:f32 = mul dot, v1
        v3:f32 = select v0, v2, -Infinityf
        return v3

        """);

    [Test]
    public void ProductOfAUniformFactor_TakesTheScaleThere() => AssertScaled(
        builder => builder.Operation(
            IrOp.Multiply, builder.Operation(IrOp.Tanh, builder.Score()), builder.Scalar(IrType.Float32, 1)),
        """
        v0:f32 = mul dot, scale
        v1:f32 = tanh v0
        v2:f32 = mul capture1, 1.442695f
        v3:f32 = mul v1, v2
        return v3

        """);

    [Test]
    public void ScoreThatIsNotLinear_IsScaledAtItsEnd() => AssertScaled(
        builder => builder.Operation(IrOp.Tanh, builder.Score()),
        """
        v0:f32 = mul dot, scale
        v1:f32 = tanh v0
        v2:f32 = mul v1, 1.442695f
        return v2

        """);

    [Test]
    public void SumWithTheScore_IsTheDotProductAndTheRestOverTheScale() => AssertInDots(
        builder => builder.Operation(
            IrOp.Add,
            builder.Score(),
            builder.Load(
                IrType.Float32, 0, [builder.Operation(IrOp.Add, builder.Index(IrIndex.Key), builder.Index(IrIndex.Query))])),
        """
        v0:i32 = add kv, q
        v1:f32 = load capture0[v0]
        v2:f32 = div 1f, scale
        v3:f32 = mul v1, v2
        v4:f32 = add dot, v3
        return v4

        """);

    [Test]
    public void ChoiceInDots_KeepsInfinity() => AssertInDots(
        builder => builder.Select(
            builder.Operation(IrOp.Less, builder.Index(IrIndex.Key), builder.Index(IrIndex.Query)),
            builder.Score(),
            builder.Operation(IrOp.Negate, builder.Operation(IrOp.Abs, builder.Score()))),
        """
        v0:bool = less kv, q
        v1:f32 = abs dot
        v2:f32 = neg v1
        v3:f32 = select v0, dot, v2
        return v3

        """);

    [Test]
    public void ScoreThatIsNotLinear_IsNotInDots()
    {
        AssertNotInDots(builder => builder.Operation(IrOp.Tanh, builder.Score()));
        AssertNotInDots(builder => builder.Operation(IrOp.Multiply, builder.Score(), builder.Scalar(IrType.Float32, 1)));
        AssertNotInDots(builder => builder.Float32(1));
    }

    [Test]
    public void ConstantThatAScaleCouldTakeOutOfRange_IsNotInDots() =>
        AssertNotInDots(builder => builder.Operation(IrOp.Maximum, builder.Score(), builder.Float32(float.MinValue)));

    [Test]
    public void PositiveConstantAroundAScore_IsLeftToTheKernel()
    {
        KernelGraph graph = Graphs.Score(builder => builder.Operation(
            IrOp.Multiply, builder.Float32(30), builder.Operation(IrOp.Tanh, builder.Score())));

        (KernelGraph rest, float factor) = ScoreFactor.Split(graph);

        Assert.That(rest.Nodes[rest.Score], Is.InstanceOf<OperationNode>().And.Property(nameof(OperationNode.Op)).EqualTo(IrOp.Tanh));
        Assert.That(factor, Is.EqualTo(30));
    }

    [TestCase(-1f)]
    [TestCase(0f)]
    [TestCase(1e-30f)]
    [TestCase(float.PositiveInfinity)]
    public void OtherConstantsAroundAScore_StayThere(float constant)
    {
        KernelGraph graph = Graphs.Score(builder => builder.Operation(
            IrOp.Multiply, builder.Operation(IrOp.Tanh, builder.Score()), builder.Float32(constant)));

        Assert.That(ScoreFactor.Split(graph), Is.EqualTo((graph, 1f)));
    }

    [Test]
    public void LowestFloat_StaysFinite()
    {
        KernelGraph graph = new Log2Scaling(Graphs.Score(builder => builder.Float32(float.MinValue))).Run();

        Assert.That(((ConstantNode)graph.Nodes[graph.Score]).ToDouble(), Is.EqualTo((double)float.MinValue));
    }

    [Test]
    public void Infinities_AndNaN_ComeOutAsTheyWere(
        [Values(float.NegativeInfinity, float.PositiveInfinity, float.NaN)] float dot)
    {
        (IrFunction scaled, _) = Graphs.KernelScore(SampleModels.Alibi, Scale);

        Assert.That(Evaluate(scaled, [0.5f, 0.25f], 3, 7, dot), Is.EqualTo(dot));
    }

    [Test]
    public void RandomInputs_GiveTheMethodsScore(
        [Values("Alibi", "SoftCap", "Trig", "Rejecting", "Loop")] string name)
    {
        VariantModel model = SampleModels.All.Single(candidate => candidate.MethodName == name);
        (IrFunction kernel, ScoreUnit unit) = Graphs.KernelScore(model, Scale);
        var random = new Random(7);
        object[] captures = name switch
        {
            "SoftCap" => [20f],
            "Loop" => [new[] { 3 }, new float[4, 64]],
            _ => [new[] { 0.5f, 0.25f }],
        };
        for (int i = 0; i < 200; i++)
        {
            float dot = (random.NextSingle() - 0.5f) * 400;
            (int q, int kv) = (random.Next(64), random.Next(64));
            double expected = Log2E * Evaluate(model.Score!, captures, q, kv, Scale * dot);
            double actual = Evaluate(kernel, captures, q, kv, dot) * (unit == ScoreUnit.Dot ? Scale * Log2E : 1);
            Assert.That(actual, Is.EqualTo(expected).Within(1e-5 * (1 + Math.Abs(expected))).Or.EqualTo(expected));
        }
    }

    private static void AssertScaled(Func<IrBuilder, int> score, string expected) =>
        Assert.That(Graphs.Print(new Log2Scaling(Graphs.Score(score)).Run()), Is.EqualTo(expected));

    private static void AssertInDots(Func<IrBuilder, int> score, string expected) =>
        Assert.That(Graphs.Print(DotScaling.TryRun(Graphs.Score(score))!), Is.EqualTo(expected));

    private static void AssertNotInDots(Func<IrBuilder, int> score) =>
        Assert.That(DotScaling.TryRun(Graphs.Score(score)), Is.Null);

    private static float Evaluate(IrFunction function, float[] slopes, int q, int kv, float score) =>
        Evaluate(function, new object[] { slopes }, q, kv, score);

    private static float Evaluate(IrFunction function, object[] captures, int q, int kv, float score) =>
        (float)new IrInterpreter(captures, [0, 1, q, kv], score).Evaluate(function);
}
