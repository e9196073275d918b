using FlexAttention.Cpu;
using FlexAttention.Tests.Conformance;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Gradients;

/// <summary>Gradients of captures: large ones, shared ones, strided ones, and what a caller sees of them.</summary>
public sealed class CaptureGradientTests
{
    /// <summary>More elements than are copied for each thread.</summary>
    private static readonly ProblemShape Large = new(2, 8, 2, 190, 190, 16, 16);

    private static readonly string[] LargeNames = ["pair bias", "full bias"];

    private static readonly string[] Names = ["ALiBi", "2-D bias", "tanh softcap", "pair bias", "full bias", "bell curves"];

    [Test]
    public void LargeBias_HasTheGradientsOfItsScores([ValueSource(nameof(LargeNames))] string name)
    {
        VariantInstance instance = VariantCatalogue.Find(name).Create(Large.Variant, seed: 3);
        using var tensors = new ProblemTensors<float>(Large, Device.Cpu);
        using VariantCall call = instance.On(Device.Cpu);
        using AttentionOutput<float> output = call.Forward(tensors.Q, tensors.K, tensors.V, new ForwardOptions { ReturnLse = true });
        using AttentionGradients<float> gradients = call.Backward(tensors.Q, tensors.K, tensors.V, output, tensors.Q);
        float[] bias = call.Learned(gradients).Single().Gradient.ToArray();
        ReferenceGradients expected = ReferenceGradients.Compute(
            ReferenceAttention.Of(tensors.Q, tensors.K, tensors.V, instance.OracleScore, instance.OracleKeeps),
            Elements.Widen(tensors.Q.ToArray()));

        // A pair bias is shared by the batches.
        var sums = new double[bias.Length];
        for (int i = 0; i < expected.DScores.Length; i++)
            sums[i % sums.Length] += expected.DScores[i];
        GradientBound.Check(bias, sums, 1e-5, name);
    }

    [Test]
    public void TwoRuns_GiveTheSameBits([ValueSource(nameof(Names))] string name)
    {
        VariantInstance instance = VariantCatalogue.Find(name).Create(Large.Variant, seed: 3);
        using var tensors = new ProblemTensors<float>(Large, Device.Cpu);
        using VariantCall call = instance.On(Device.Cpu);
        using AttentionOutput<float> output = call.Forward(tensors.Q, tensors.K, tensors.V, new ForwardOptions { ReturnLse = true });
        float[][] first = Run();
        for (int run = 0; run < 3; run++)
            Assert.That(Run(), Is.EqualTo(first));

        float[][] Run()
        {
            using AttentionGradients<float> gradients = call.Backward(tensors.Q, tensors.K, tensors.V, output, tensors.Q);
            return [gradients.Dq.ToArray(), .. call.Learned(gradients).Select(learned => learned.Gradient.ToArray())];
        }
    }

    [Test]
    public void StridedCapture_HasADenseGradientOfItsShape()
    {
        using var tensors = new ProblemTensors<float>(new(1, 3, 3, 9, 9, 8, 8), Device.Cpu);
        float[,] bias = new Random(2).Floats(9, 3);
        using DeviceTensor<float> wide = DeviceTensor<float>.From(bias);
        using DeviceTensor<float> strided = wide.Permute(1, 0);
        using DeviceTensor<float> dense = strided.To(Device.Cpu);

        float[] Run(DeviceTensor<float> table)
        {
            using AttentionOutput<float> output =
                PositionBiases.HeadTableKernel.Forward(tensors.Q, tensors.K, tensors.V, table, new ForwardOptions { ReturnLse = true });
            using PositionBiases.HeadTableKernel.Gradients<float> gradients =
                PositionBiases.HeadTableKernel.Backward(tensors.Q, tensors.K, tensors.V, table, output, tensors.Q);
            Assert.That(gradients.DBias.Shape.ToArray(), Is.EqualTo([3, 9]));
            return gradients.DBias.ToArray();
        }

        Assert.That(Run(strided), Is.EqualTo(Run(dense)));
        Assert.That(Run(dense), Has.Some.Not.EqualTo(0));
    }

    [Test]
    public void PairsThatTheMaskRejects_HaveNoPart_EvenIfTheirDerivativesAreNaN()
    {
        using var tensors = new ProblemTensors<float>(new(1, 2, 1, 40, 40, 8, 8), Device.Cpu);
        float[] growth = [0.25f, -0.5f];
        const float power = 0.75f;
        using DeviceTensor<float> captured = DeviceTensor<float>.From(growth);
        using AttentionOutput<float> output =
            RootVariants.RootKernel.Forward(tensors.Q, tensors.K, tensors.V, captured, power, new ForwardOptions { ReturnLse = true });
        using RootVariants.RootKernel.Gradients<float> gradients =
            RootVariants.RootKernel.Backward(tensors.Q, tensors.K, tensors.V, captured, power, output, tensors.Q);
        ReferenceGradients expected = ReferenceGradients.Compute(
            ReferenceAttention.Of(
                tensors.Q,
                tensors.K,
                tensors.V,
                (score, b, h, q, kv) => (score * Math.Log2(1 + q - kv)) + (growth[h] * Bias(q - kv)),
                RootVariants.Earlier),
            Elements.Widen(tensors.Q.ToArray()));

        GradientBound.Check(gradients.Dq.ToArray(), expected.Dq, 1e-5, "dq");
        GradientBound.Check(gradients.Dk.ToArray(), expected.Dk, 1e-5, "dk");
        double[] byGrowth = [.. growth.Select((_, head) => expected.Of((_, b, h, q, kv) => h == head ? Bias(q - kv) : 0))];
        double byPower = expected.Of((_, b, h, q, kv) => growth[h] * Bias(q - kv) * Math.Log(q - kv) / 2);
        GradientBound.Check(gradients.DGrowth.ToArray(), byGrowth, 1e-5, "growth");
        GradientBound.Check(gradients.DPower.ToArray(), [byPower], 1e-5, "power");

        static double Bias(int distance) => Math.Pow(distance, power / 2);
    }

    [Test]
    public void GradientsOfAnEarlierCall_AreWrittenAnew()
    {
        using var tensors = new ProblemTensors<float>(new(1, 2, 1, 9, 9, 8, 8), Device.Cpu);
        using DeviceTensor<float> slopes = DeviceTensor<float>.From([0.5f, 0.25f]);
        using AttentionOutput<float> output =
            PositionBiases.AlibiKernel.Forward(tensors.Q, tensors.K, tensors.V, slopes, new ForwardOptions { ReturnLse = true });
        using PositionBiases.AlibiKernel.Gradients<float> expected =
            PositionBiases.AlibiKernel.Backward(tensors.Q, tensors.K, tensors.V, slopes, output, tensors.Q);
        using DeviceTensor<float> other = DeviceTensor<float>.From(new Random(4).Floats(2 * 9 * 8), [1, 2, 9, 8]);
        using PositionBiases.AlibiKernel.Gradients<float> gradients =
            PositionBiases.AlibiKernel.Backward(tensors.Q, tensors.K, tensors.V, slopes, output, other);
        PositionBiases.AlibiKernel.Backward(tensors.Q, tensors.K, tensors.V, slopes, output, tensors.Q, gradients);

        Assert.That(gradients.Dq.ToArray(), Is.EqualTo(expected.Dq.ToArray()));
        Assert.That(gradients.Dk.ToArray(), Is.EqualTo(expected.Dk.ToArray()));
        Assert.That(gradients.Dv.ToArray(), Is.EqualTo(expected.Dv.ToArray()));
        Assert.That(gradients.DSlopes.ToArray(), Is.EqualTo(expected.DSlopes.ToArray()));
    }

    [Test]
    public void Results_AreDeconstructed()
    {
        using var tensors = new ProblemTensors<float>(new(1, 2, 1, 9, 9, 8, 8), Device.Cpu);
        using DeviceTensor<float> slopes = DeviceTensor<float>.From([0.5f, 0.25f]);
        using AttentionOutput<float> output =
            PositionBiases.AlibiKernel.Forward(tensors.Q, tensors.K, tensors.V, slopes, new ForwardOptions { ReturnLse = true });
        using PositionBiases.AlibiKernel.Gradients<float> gradients =
            PositionBiases.AlibiKernel.Backward(tensors.Q, tensors.K, tensors.V, slopes, output, tensors.Q);

        (DeviceTensor<float> dq, DeviceTensor<float> dk, DeviceTensor<float> dv, DeviceTensor<float> dSlopes) = gradients;

        Assert.That((dq, dk, dv, dSlopes), Is.EqualTo((gradients.Dq, gradients.Dk, gradients.Dv, gradients.DSlopes)));
        Assert.That(dSlopes.Shape.ToArray(), Is.EqualTo([2]));
    }

    [Test]
    public void Captures_ThatAreNotAskedFor_AreNotThere()
    {
        using var tensors = new ProblemTensors<float>(new(1, 2, 1, 9, 9, 8, 8), Device.Cpu);
        using AttentionOutput<float> output =
            Softcaps.SoftcapKernel.Forward(tensors.Q, tensors.K, tensors.V, 20, new ForwardOptions { ReturnLse = true });
        var options = new BackwardOptions { Gradients = GradientKinds.Query };
        using Softcaps.SoftcapKernel.Gradients<float> some =
            Softcaps.SoftcapKernel.Backward(tensors.Q, tensors.K, tensors.V, 20, output, tensors.Q, options);
        using Softcaps.SoftcapKernel.Gradients<float> all =
            Softcaps.SoftcapKernel.Backward(tensors.Q, tensors.K, tensors.V, 20, output, tensors.Q);

        Assert.That(() => some.DCap, Throws.InvalidOperationException.With.Message.Contains("DCap").And.Message.Contains("GradientKinds.Captures"));
        Assert.That(some.Dq.ToArray(), Is.EqualTo(all.Dq.ToArray()));
        Assert.That(all.DCap.Length, Is.EqualTo(1));
    }
}
