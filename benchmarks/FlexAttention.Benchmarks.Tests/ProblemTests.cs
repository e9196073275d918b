using FlexAttention.Benchmarks.Problems;
using FlexAttention.Cpu;

namespace FlexAttention.Benchmarks.Tests;

public sealed class ProblemTests
{
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
