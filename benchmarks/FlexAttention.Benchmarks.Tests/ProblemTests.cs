using FlexAttention.Benchmarks.Problems;
using FlexAttention.Cpu;

namespace FlexAttention.Benchmarks.Tests;

public sealed class ProblemTests
{
    private static readonly ProblemShape BackwardShape = new(Batch: 2, QHeads: 4, KvHeads: 2, QLength: 24, KvLength: 24, HeadDim: 16);

    [TestCase(1)]
    [TestCase(1024)]
    [TestCase(1025)]
    [TestCase(1500)]
    public void KeptPairs_AreThoseThatTheMaskKeeps(int length)
    {
        var shape = new ProblemShape(1, 1, 1, length, length, 64);
        int[] ids = PackedDocuments.Ids(PackedDocuments.TwelveStarts(length), length);
        Assert.Multiple(() =>
        {
            Assert.That(KeptPairs.Of("none", shape), Is.EqualTo(Count(length, static (_, _, _, _) => true)));
            Assert.That(KeptPairs.Of("causal", shape), Is.EqualTo(Count(length, Variants.Causal)));
            Assert.That(
                KeptPairs.Of("sliding_window", shape),
                Is.EqualTo(Count(length, static (b, h, q, kv) => Variants.SlidingWindow(b, h, q, kv, Catalogue.Window))));
            Assert.That(KeptPairs.Of("document", shape), Is.EqualTo(Count(length, (b, h, q, kv) => Variants.Document(b, h, q, kv, ids))));
        });
    }

    [TestCase(32, 806662)]
    [TestCase(32, 131072)]
    public void Documents_FillTheSequenceInOrder(int documents, int length)
    {
        int[] starts = PackedDocuments.Starts(documents, length);
        Assert.That(starts[0], Is.Zero);
        Assert.That(PackedDocuments.Lengths(starts, length), Has.All.Positive);
        Assert.That(PackedDocuments.Lengths(starts, length).Sum(), Is.EqualTo(length));
    }

    [Test]
    public void SampledReference_FindsAnError()
    {
        long[] shape = [2, 2, 8, 16];
        var noise = new NormalNoise<float>(static number => (float)number);
        using var inputs = new InputSet<float>(
            noise.Next(Device.Cpu, shape), noise.Next(Device.Cpu, shape), noise.Next(Device.Cpu, shape), new(DeviceTensor<float>.Create(Device.Cpu, shape)));
        var reference = new SampledReference<float>(inputs, null, Variants.Causal, float.NaN, static element => element);
        Assert.Multiple(() =>
        {
            Assert.That(reference.ErrorOf(() => Variants.CausalKernel.Forward(inputs.Q, inputs.K, inputs.V, inputs.Output)), Is.LessThan(1e-5));
            Assert.That(reference.ErrorOf(() => Variants.NoneKernel.Forward(inputs.Q, inputs.K, inputs.V, inputs.Output)), Is.GreaterThan(1e-2));
            Assert.That(reference.ErrorOf(() => { }), Is.EqualTo(double.PositiveInfinity), "A row that is not written is an error.");
        });
    }

    [Test]
    public void SampledGradients_FindAnError()
    {
        using InputSet<BFloat16> inputs = BackwardInputs();
        using var problem = new Problem
        {
            Variant = "softcap",
            Shape = BackwardShape,
            Call = static (set, options) => Variants.SoftcapKernel.Forward(set.Q, set.K, set.V, set.Output, options),
            Backward = static (set, options) => Variants.SoftcapKernel.Backward(set.Q, set.K, set.V, set.Output, set.DOutput!, options),
            Score = static (score, b, h, q, kv) => Variants.Softcap((float)score, b, h, q, kv),
            Derivative = static (score, _, _, _, _) => 1 - Math.Pow(Math.Tanh(score / Variants.Cap), 2),
            Mask = Variants.Causal,
        };
        problem.Call(inputs, new ForwardOptions { ReturnLse = true });
        SampledGradients reference = SampledGradients.Of(inputs, problem);
        var ofNoCall = new AttentionOutput<BFloat16>(inputs.Output.Output, inputs.Output.Lse);
        Assert.Multiple(() =>
        {
            Assert.That(reference.ErrorOf(() => problem.Backward(inputs, problem.BackwardOptions())), Is.LessThan(0.05));
            Assert.That(
                reference.ErrorOf(() => Variants.NoneKernel.Backward(inputs.Q, inputs.K, inputs.V, ofNoCall, inputs.DOutput!)),
                Is.GreaterThan(0.5));
        });
    }

    [Test]
    public void SampledGradients_FindAnErrorOfALearnedTable()
    {
        using InputSet<BFloat16> inputs = BackwardInputs();
        int length = BackwardShape.KvLength;
        DeviceTensor<float> table = new NormalNoise<float>(static number => (float)number).Next(Device.Cpu, [BackwardShape.QHeads, (2 * length) - 1]);
        float[] values = table.ToArray();
        using var problem = new Problem
        {
            Variant = "relative_bias",
            Shape = BackwardShape,
            Call = (set, options) => Variants.RelativeBiasKernel.Forward(set.Q, set.K, set.V, table, length, set.Output, options),
            Backward = (set, options) =>
                Variants.RelativeBiasKernel.Backward(set.Q, set.K, set.V, table, length, set.Output, set.DOutput!, options),
            Score = (score, _, h, q, kv) => score + values[(h * ((2 * length) - 1)) + q - kv + length - 1],
            LearnsDistances = true,
            Captures = [table],
        };
        problem.Call(inputs, new ForwardOptions { ReturnLse = true });
        SampledGradients reference = SampledGradients.Of(inputs, problem);
        Assert.Multiple(() =>
        {
            Assert.That(reference.ErrorOf(Right), Is.LessThan(0.05));
            Assert.That(reference.ErrorOf(() => WithLastElement(100)), Is.GreaterThan(90));
            Assert.That(reference.ErrorOf(() => WithLastElement(float.NaN)), Is.EqualTo(double.PositiveInfinity));
        });

        AttentionGradients<BFloat16> Right() => problem.Backward(inputs, problem.BackwardOptions());

        AttentionGradients<BFloat16> WithLastElement(float element)
        {
            AttentionGradients<BFloat16> gradients = Right();
            DeviceTensor<float> learned = ((Variants.RelativeBiasKernel.Gradients<BFloat16>)gradients).DTable;
            float[] items = learned.ToArray();
            items[^1] = element;
            learned.CopyFrom(items);
            return gradients;
        }
    }

    private static InputSet<BFloat16> BackwardInputs()
    {
        var noise = new NormalNoise<BFloat16>(static number => (BFloat16)number);
        return new InputSet<BFloat16>(
            noise.Next(Device.Cpu, BackwardShape.Queries),
            noise.Next(Device.Cpu, BackwardShape.Keys),
            noise.Next(Device.Cpu, BackwardShape.Keys),
            new(DeviceTensor<BFloat16>.Create(Device.Cpu, BackwardShape.Queries), DeviceTensor<float>.Create(Device.Cpu, BackwardShape.Rows)))
        {
            DOutput = noise.Next(Device.Cpu, BackwardShape.Queries),
        };
    }

    private static long Count(int length, MaskFunction mask)
    {
        long count = 0;
        for (int q = 0; q < length; q++)
        {
            for (int kv = 0; kv < length; kv++)
                count += mask(0, 0, q, kv) ? 1 : 0;
        }

        return count;
    }
}
