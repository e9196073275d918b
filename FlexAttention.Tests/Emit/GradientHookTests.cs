using FlexAttention.Generators.Emit.Cuda;
using FlexAttention.Generators.Models;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Lowering;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Emit;

/// <summary>What backward kernels get besides the forward's hooks.</summary>
public sealed class GradientHookTests
{
    [Test]
    public void SoftCap_HasADerivativeOfOneMultiplyAdd() => AssertEmits(
        "30 * MathF.Tanh(score / 30)",
        "kHasDerivative = true;",
        "= flex::fast_tanh(dot * head.v0);",
        "derivative = 1.0f - v1 * v1;\nreturn v1;");

    [Test]
    public void Sum_HasNoDerivative() => AssertEmits("score + bias[h]", "kHasDerivative = false;");

    [Test]
    public void ElementOfAHead_IsSummedOverItsPairs() => AssertEmits(
        "score + bias[h] * (kv - q)",
        "kHeadSums = 1;",
        "sums.template add_to_head<0>(flex::contribution(gradient, flex::to_float(kv - q)));",
        "sums.template add<0>(totals[0], h);");

    [Test]
    public void ElementOfADistance_IsSummedOverItsPairs() => AssertEmits(
        "score + bias[kv - q + n]",
        "kDistanceSums = 1;",
        "sums.template add_to_distance<0>(gradient, q, kv);",
        "sums.template add<0>(totals[0], flex::add(-distance, n));");

    [Test]
    public void SumThatKnowsADistance_IsComputedOfTheKeyZero() => AssertEmits(
        "score + bias[n + q - kv]", "sums.template add<0>(totals[0], flex::sub(flex::add(n, distance), 0));");

    [Test]
    public void ElementsOfQueryAndKey_AreSummedApart() => AssertEmits(
        "score + bias[q] + bias[kv]",
        "sums.template add_to_query<0>(gradient, q);",
        "sums.template add_to_key<0>(gradient, kv);",
        "void write_query(int b, int h, int q,",
        "void write_key(int b, int h, int kv,");

    [TestCase("kv + (q - kv)", "flex::add(0, q - 0)")]
    [TestCase("q + (kv - q)", "flex::add(0, kv - 0)")]
    [TestCase("n + q - q", "flex::sub(flex::add(n, 0), 0)")]
    public void IndexThatCancels_IsZero(string index, string expected) =>
        AssertEmits($"score + bias[{index}]", $"sums.template add<0>(totals[0], {expected});");

    [Test]
    public void ElementOfAPair_IsAddedTo() =>
        AssertEmits("score + bias[q * n + kv]", "sums.template add<0>(gradient, flex::add(flex::mul(int(q), n), int(kv)));");

    /// <summary>Its coefficients are read in a loop over their number.</summary>
    [Test]
    public void ElementThatALoopCountsTo_IsSummedAcrossTheWarp() => Assert.That(
        VariantCatalogue.Find("polynomial").Descriptor.CudaSource,
        Does.Contain("kHasUniformSums = true;").And.Match(@"sums\.template add_uniform<0>\(flex::contribution\(gradient, .*\), i\d\);"));

    [Test]
    public void DerivativeThatDependsOnTheScore_SaysSo()
    {
        AssertEmits("score * bias[h]", "kLearnsFromScore = true;", "add_to_head<0>(flex::contribution(gradient, dot * head.v0))");
        AssertEmits("score + bias[h]", "kLearnsFromScore = false;");
    }

    [Test]
    public void VariantThatAddsAndLearnsNothing_HasTheForwardHooksOnly() =>
        Assert.That(CudaEmitter.Emit(SampleModels.Causal), Does.Not.Contain("learn(").And.Not.Contain("score_and_derivative"));

    [Test]
    public void HooksThatDerivativesLeaveAsTheyAre_AreWrittenOnce() =>
        Assert.That(Emit("score + bias[h]").Split("FLEX_DEVICE Head head(").Length - 1, Is.EqualTo(1));

    private static string Emit(string score) => CudaEmitter.Emit(ModelBuilder.Score(
        "Method",
        [ModelBuilder.Floats("bias", 1) with { IsLearnable = true }, ModelBuilder.Ints("n", 0)],
        LoweredVariant.Create(VariantSource.Score(score, "ReadOnlySpan<float> bias, int n")).Lowered.Function));

    private static void AssertEmits(string score, params string[] texts)
    {
        string unit = string.Join('\n', Emit(score).Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.TrimStart()));
        foreach (string text in texts)
            Assert.That(unit, Does.Contain(text));
    }
}
