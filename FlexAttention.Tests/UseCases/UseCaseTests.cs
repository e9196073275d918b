using FlexAttention.Cpu;
using FlexAttention.Tests.Conformance;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.UseCases;

/// <summary>What people do first with attention, and what they would be angry about. The same on every device.</summary>
public abstract class UseCaseTests
{
    private const double Tolerance = 2e-5;

    private static readonly ForwardOptions WithLse = new() { ReturnLse = true };

    /// <summary>The device to run on.</summary>
    private protected abstract Device Device { get; }

    [Test]
    public void ExampleOfTheReadme_GivesItsNumbers()
    {
        using var q = DeviceTensor<float>.From([1, 0, 0, 1, 1, 1], [1, 1, 3, 2], Device);
        using var slopes = DeviceTensor<float>.From([0.5f], Device);
        using AttentionOutput<float> result = PositionBiases.AlibiKernel.Forward(q, q, q, slopes);

        Assert.That(result.Output.ToArray(), Is.EqualTo((float[])[1.000f, 0.000f, 0.230f, 0.770f, 0.798f, 0.877f]).Within(6e-4));
    }

    [Test]
    public void PackedDocuments_GiveWhatEachGivesAlone()
    {
        int[] lengths = [40, 1, 86];
        int[] ids = [.. lengths.SelectMany((length, id) => Enumerable.Repeat(id, length))];
        using var x = new ProblemTensors<float>(new ProblemShape(1, 2, 2, 127, 127, 16, 16), Device);
        using var idsTensor = DeviceTensor<int>.From(ids, Device);
        using BlockMask mask = DocumentMasks.DocumentCausalKernel.CreateBlockMask(1, 2, 127, 127, idsTensor);
        using AttentionOutput<float> packed =
            DocumentMasks.DocumentCausalKernel.Forward(x.Q, x.K, x.V, idsTensor, new() { BlockMask = mask });

        int start = 0;
        foreach (int length in lengths)
        {
            using AttentionOutput<float> alone = CausalMasks.CausalKernel.Forward(
                x.Q.Slice(2, start, length), x.K.Slice(2, start, length), x.V.Slice(2, start, length));
            AssertSame(packed.Output.Slice(2, start, length), alone.Output);
            start += length;
        }
    }

    [Test]
    public void PaddedBatch_GivesWhatEachTextGivesAlone()
    {
        using var x = new ProblemTensors<float>(new ProblemShape(2, 2, 2, 50, 50, 16, 16), Device);
        using var lengths = DeviceTensor<int>.From([50, 23], Device);
        using AttentionOutput<float> padded = DocumentMasks.PaddingKernel.Forward(x.Q, x.K, x.V, lengths, WithLse);
        using AttentionOutput<float> alone = CausalMasks.NoneKernel.Forward(
            x.Q.Slice(0, 1, 1).Slice(2, 0, 23), x.K.Slice(0, 1, 1).Slice(2, 0, 23), x.V.Slice(0, 1, 1).Slice(2, 0, 23));

        AssertSame(padded.Output.Slice(0, 1, 1).Slice(2, 0, 23), alone.Output);
        Assert.That(padded.Output.Slice(0, 1, 1).Slice(2, 23, 27).ToArray(), Is.All.Zero);
        Assert.That(padded.Lse!.Slice(0, 1, 1).Slice(2, 23, 27).ToArray(), Is.All.EqualTo(float.NegativeInfinity));
    }

    [Test]
    public void DecodingAgainstACache_GivesTheRowsOfTheWholeSequence()
    {
        using var x = new ProblemTensors<float>(new ProblemShape(1, 4, 2, 70, 70, 32, 32), Device);
        using AttentionOutput<float> whole = CausalMasks.CausalKernel.Forward(x.Q, x.K, x.V);
        foreach (int past in (int[])[69, 60, 1])
        {
            using AttentionOutput<float> last =
                CausalMasks.CausalAfterKernel.Forward(x.Q.Slice(2, past, 70 - past), x.K, x.V, past);
            AssertSame(last.Output, whole.Output.Slice(2, past, 70 - past));
        }
    }

    [Test]
    public void SequenceMajorTensors_NeedNoCopy()
    {
        using var x = new ProblemTensors<float>(new ProblemShape(2, 45, 45, 3, 3, 16, 16), Device);
        DeviceTensor<float> q = x.Q.Transpose(1, 2), k = x.K.Transpose(1, 2), v = x.V.Transpose(1, 2);
        using DeviceTensor<float> denseQ = q.To(Device), denseK = k.To(Device), denseV = v.To(Device);
        using AttentionOutput<float> viewed = CausalMasks.CausalKernel.Forward(q, k, v);
        using AttentionOutput<float> dense = CausalMasks.CausalKernel.Forward(denseQ, denseK, denseV);

        Assert.That(viewed.Output.ToArray(), Is.EqualTo(dense.Output.ToArray()));
    }

    [Test]
    public void MaskedOutGarbage_LeavesNoTrace([Values(float.NaN, float.PositiveInfinity)] float garbage)
    {
        using var x = new ProblemTensors<float>(new ProblemShape(1, 2, 2, 20, 60, 16, 16), Device);
        using var lengths = DeviceTensor<int>.From([33], Device);
        using DeviceTensor<float> k = Spoil(x.K, from: 33, garbage), v = Spoil(x.V, from: 33, garbage);
        using AttentionOutput<float> clean = DocumentMasks.PaddingKernel.Forward(x.Q, x.K, x.V, lengths, WithLse);
        using AttentionOutput<float> spoilt = DocumentMasks.PaddingKernel.Forward(x.Q, k, v, lengths, WithLse);

        AssertSame(spoilt.Output, clean.Output);
        AssertSame(spoilt.Lse!, clean.Lse!);
    }

    [Test]
    public void Sinks_TakeTheirShareOfEveryRow()
    {
        float[] sinks = [0.5f, -1, 3, float.NegativeInfinity];
        using var x = new ProblemTensors<float>(new ProblemShape(2, 4, 2, 33, 65, 16, 16), Device);
        using var sinkTensor = DeviceTensor<float>.From(sinks, Device);
        ReferenceOutput expected = ReferenceAttention.Of(x.Q, x.K, x.V, mask: CausalMasks.Causal, sinks: sinks).Compute();
        using AttentionOutput<float> output =
            CausalMasks.CausalKernel.Forward(x.Q, x.K, x.V, new() { Sinks = sinkTensor, ReturnLse = true });

        Assert.That(output.Output.ToArray(), Is.EqualTo(expected.Output).Within(Tolerance));
        Assert.That(output.Lse!.ToArray(), Is.EqualTo(expected.Lse).Within(Tolerance));
    }

    [Test]
    public void SharedKeyHeads_AreThoseOfRepeatedOnes()
    {
        using var x = new ProblemTensors<float>(new ProblemShape(1, 6, 2, 20, 20, 16, 16), Device);
        using AttentionOutput<float> shared = CausalMasks.CausalKernel.Forward(x.Q, x.K, x.V);
        for (int h = 0; h < 6; h++)
        {
            using AttentionOutput<float> one =
                CausalMasks.CausalKernel.Forward(x.Q.Slice(1, h, 1), x.K.Slice(1, h / 3, 1), x.V.Slice(1, h / 3, 1));
            AssertSame(shared.Output.Slice(1, h, 1), one.Output);
        }
    }

    [Test]
    public void Scale_IsAnArgument([Values(0f, -0.3f, 2f)] float scale)
    {
        using var x = new ProblemTensors<float>(new ProblemShape(1, 2, 2, 33, 40, 16, 16), Device);
        ReferenceOutput expected = ReferenceAttention.Of(x.Q, x.K, x.V, mask: CausalMasks.Causal, scale: scale).Compute();
        using AttentionOutput<float> output = CausalMasks.CausalKernel.Forward(x.Q, x.K, x.V, new() { Scale = scale });

        Assert.That(output.Output.ToArray(), Is.EqualTo(expected.Output).Within(Tolerance));
    }

    [Test]
    public void EarlierOutput_IsWrittenAgain()
    {
        using var x = new ProblemTensors<float>(new ProblemShape(1, 2, 2, 33, 40, 16, 24), Device);
        using var slopes = DeviceTensor<float>.From([0.5f, 0.25f], Device);
        using AttentionOutput<float> expected = PositionBiases.AlibiKernel.Forward(x.Q, x.K, x.V, slopes);
        using var output = new AttentionOutput<float>(DeviceTensor<float>.Create(Device, 1, 2, 33, 24));
        PositionBiases.AlibiKernel.Forward(x.Q, x.K, x.V, slopes, output);

        Assert.That(output.Output.ToArray(), Is.EqualTo(expected.Output.ToArray()));
    }

    [Test]
    public void MaskOfAScoreVariant_IsTheMaskItNames()
    {
        using var x = new ProblemTensors<float>(new ProblemShape(1, 2, 2, 150, 150, 16, 16), Device);
        using var slopes = DeviceTensor<float>.From([0.5f, 0.25f], Device);
        var onDevice = new BlockMaskOptions { Device = Device };
        using BlockMask causal = PositionBiases.CausalKernel.CreateBlockMask(1, 2, 150, 150, onDevice);
        using BlockMask own = PositionBiases.AlibiKernel.CreateBlockMask(1, 2, 150, 150, onDevice);
        using AttentionOutput<float> plain = PositionBiases.AlibiKernel.Forward(x.Q, x.K, x.V, slopes);
        using AttentionOutput<float> blocks =
            PositionBiases.AlibiKernel.Forward(x.Q, x.K, x.V, slopes, new() { BlockMask = causal });

        Assert.That(own.HasSameBlocksAs(causal));
        AssertSame(blocks.Output, plain.Output);
    }

    [Test]
    public void MaskOfAnotherVariant_IsRefusedByName()
    {
        using var x = new ProblemTensors<float>(new ProblemShape(1, 2, 2, 20, 20, 16, 16), Device);
        using BlockMask other = CausalMasks.InverseCausalKernel.CreateBlockMask(1, 2, 20, 20, new() { Device = Device });

        Assert.That(
            Assert.Throws<ArgumentException>(() => CausalMasks.CausalKernel.Forward(x.Q, x.K, x.V, new() { BlockMask = other }))!.Message,
            Does.Contain("InverseCausal").And.Contain("Causal"));
    }

    [Test]
    public void MissingCapture_IsNamed()
    {
        using var x = new ProblemTensors<float>(new ProblemShape(1, 2, 2, 4, 4, 16, 16), Device);

        Assert.That(
            Assert.Throws<ArgumentNullException>(() => PositionBiases.AlibiKernel.Forward(x.Q, x.K, x.V, slopes: null!))!.ParamName,
            Is.EqualTo("slopes"));
    }

    private static DeviceTensor<float> Spoil(DeviceTensor<float> tensor, int from, float garbage)
    {
        float[] items = tensor.ToArray();
        int length = (int)tensor.Shape[2], dim = (int)tensor.Shape[3];
        for (int i = 0; i < items.Length; i++)
        {
            if (i / dim % length >= from)
                items[i] = garbage;
        }

        return DeviceTensor<float>.From(items, tensor.Shape, tensor.Device);
    }

    private static void AssertSame(DeviceTensor<float> actual, DeviceTensor<float> expected) =>
        Assert.That(actual.ToArray(), Is.EqualTo(expected.ToArray()).Within(Tolerance));
}
