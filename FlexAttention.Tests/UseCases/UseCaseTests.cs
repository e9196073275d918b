using FlexAttention.Cpu;
using FlexAttention.Tests.Conformance;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.UseCases;

/// <summary>
/// What people do first with attention, and what they would be angry about. The same on every device, in every element type.
/// </summary>
public abstract class UseCaseTests<T>(MathMode math)
    where T : unmanaged
{
    /// <summary>
    /// How far apart two results may be that differ only in the order of the work. Each rounds its weights and its sum, by
    /// at most one unit roundoff of the largest value; what is summed before is float.
    /// </summary>
    private static readonly double Tolerance = 2e-5 + (4 * Elements.UnitRoundoff<T>() * ProblemTensors<T>.Largest);

    /// <summary>The device to run on.</summary>
    private protected abstract Device Device { get; }

    private ForwardOptions Options => new() { Math = math };

    private ForwardOptions WithLse => new() { Math = math, ReturnLse = true };

    [Test]
    public void ExampleOfTheReadme_GivesItsNumbers()
    {
        const double halfOfTheLastDigit = 5e-4;
        float[] items = [1, 0, 0, 1, 1, 1];
        using var q = DeviceTensor<T>.From(Array.ConvertAll(items, Elements.Round<T>), [1, 1, 3, 2], Device);
        using var slopes = DeviceTensor<float>.From([0.5f], Device);
        using AttentionOutput<T> result = PositionBiases.AlibiKernel.Forward(q, q, q, slopes, Options);

        Assert.That(
            Numbers(result.Output),
            Is.EqualTo((double[])[1.000, 0.000, 0.230, 0.770, 0.798, 0.877]).Within(halfOfTheLastDigit + Tolerance));
    }

    [Test]
    public void PackedDocuments_GiveWhatEachGivesAlone()
    {
        int[] lengths = [40, 1, 86];
        int[] ids = [.. lengths.SelectMany((length, id) => Enumerable.Repeat(id, length))];
        using var x = new ProblemTensors<T>(new ProblemShape(1, 2, 2, 127, 127, 16, 16), Device);
        using var idsTensor = DeviceTensor<int>.From(ids, Device);
        using BlockMask mask = DocumentMasks.DocumentCausalKernel.CreateBlockMask(1, 2, 127, 127, idsTensor);
        using AttentionOutput<T> packed =
            DocumentMasks.DocumentCausalKernel.Forward(x.Q, x.K, x.V, idsTensor, new() { BlockMask = mask, Math = math });

        int start = 0;
        foreach (int length in lengths)
        {
            using AttentionOutput<T> alone = CausalMasks.CausalKernel.Forward(
                x.Q.Slice(2, start, length), x.K.Slice(2, start, length), x.V.Slice(2, start, length), Options);
            AssertSame(packed.Output.Slice(2, start, length), alone.Output);
            start += length;
        }
    }

    [Test]
    public void PaddedBatch_GivesWhatEachTextGivesAlone()
    {
        using var x = new ProblemTensors<T>(new ProblemShape(2, 2, 2, 50, 50, 16, 16), Device);
        using var lengths = DeviceTensor<int>.From([50, 23], Device);
        using AttentionOutput<T> padded = DocumentMasks.PaddingKernel.Forward(x.Q, x.K, x.V, lengths, WithLse);
        using AttentionOutput<T> alone = CausalMasks.NoneKernel.Forward(
            x.Q.Slice(0, 1, 1).Slice(2, 0, 23), x.K.Slice(0, 1, 1).Slice(2, 0, 23), x.V.Slice(0, 1, 1).Slice(2, 0, 23), Options);

        AssertSame(padded.Output.Slice(0, 1, 1).Slice(2, 0, 23), alone.Output);
        Assert.That(Numbers(padded.Output.Slice(0, 1, 1).Slice(2, 23, 27)), Is.All.Zero);
        Assert.That(padded.Lse!.Slice(0, 1, 1).Slice(2, 23, 27).ToArray(), Is.All.EqualTo(float.NegativeInfinity));
    }

    [Test]
    public void DecodingAgainstACache_GivesTheRowsOfTheWholeSequence()
    {
        using var x = new ProblemTensors<T>(new ProblemShape(1, 4, 2, 70, 70, 32, 32), Device);
        using AttentionOutput<T> whole = CausalMasks.CausalKernel.Forward(x.Q, x.K, x.V, Options);
        foreach (int past in (int[])[69, 60, 1])
        {
            using AttentionOutput<T> last =
                CausalMasks.CausalAfterKernel.Forward(x.Q.Slice(2, past, 70 - past), x.K, x.V, past, Options);
            AssertSame(last.Output, whole.Output.Slice(2, past, 70 - past));
        }
    }

    [Test]
    public void SequenceMajorTensors_NeedNoCopy()
    {
        using var x = new ProblemTensors<T>(new ProblemShape(2, 45, 45, 3, 3, 16, 16), Device);
        DeviceTensor<T> q = x.Q.Transpose(1, 2), k = x.K.Transpose(1, 2), v = x.V.Transpose(1, 2);
        using DeviceTensor<T> denseQ = q.To(Device), denseK = k.To(Device), denseV = v.To(Device);
        using AttentionOutput<T> viewed = CausalMasks.CausalKernel.Forward(q, k, v, Options);
        using AttentionOutput<T> dense = CausalMasks.CausalKernel.Forward(denseQ, denseK, denseV, Options);

        Assert.That(Numbers(viewed.Output), Is.EqualTo(Numbers(dense.Output)));
    }

    [Test]
    public void MaskedOutGarbage_LeavesNoTrace([Values(float.NaN, float.PositiveInfinity)] float garbage)
    {
        using var x = new ProblemTensors<T>(new ProblemShape(1, 2, 2, 20, 60, 16, 16), Device);
        using var lengths = DeviceTensor<int>.From([33], Device);
        using DeviceTensor<T> k = Spoil(x.K, from: 33, garbage), v = Spoil(x.V, from: 33, garbage);
        using AttentionOutput<T> clean = DocumentMasks.PaddingKernel.Forward(x.Q, x.K, x.V, lengths, WithLse);
        using AttentionOutput<T> spoilt = DocumentMasks.PaddingKernel.Forward(x.Q, k, v, lengths, WithLse);

        AssertSame(spoilt.Output, clean.Output);
        Assert.That(spoilt.Lse!.ToArray(), Is.EqualTo(clean.Lse!.ToArray()).Within(ErrorBound.StatisticsTolerance(math)));
    }

    [Test]
    public void Sinks_TakeTheirShareOfEveryRow()
    {
        float[] sinks = [0.5f, -1, 3, float.NegativeInfinity];
        using var x = new ProblemTensors<T>(new ProblemShape(2, 4, 2, 33, 65, 16, 16), Device);
        using var sinkTensor = DeviceTensor<float>.From(sinks, Device);
        var options = new ForwardOptions { Sinks = sinkTensor, Math = math, ReturnLse = true, ReturnRowMax = true };
        using AttentionOutput<T> output = CausalMasks.CausalKernel.Forward(x.Q, x.K, x.V, options);

        AssertKeepsBound(output, ReferenceAttention.Of(x.Q, x.K, x.V, mask: CausalMasks.Causal, sinks: sinks));
    }

    [Test]
    public void SharedKeyHeads_AreThoseOfRepeatedOnes()
    {
        using var x = new ProblemTensors<T>(new ProblemShape(1, 6, 2, 20, 20, 16, 16), Device);
        using AttentionOutput<T> shared = CausalMasks.CausalKernel.Forward(x.Q, x.K, x.V, Options);
        for (int h = 0; h < 6; h++)
        {
            using AttentionOutput<T> one =
                CausalMasks.CausalKernel.Forward(x.Q.Slice(1, h, 1), x.K.Slice(1, h / 3, 1), x.V.Slice(1, h / 3, 1), Options);
            AssertSame(shared.Output.Slice(1, h, 1), one.Output);
        }
    }

    [Test]
    public void Scale_IsAnArgument([Values(0f, -0.3f, 2f)] float scale)
    {
        using var x = new ProblemTensors<T>(new ProblemShape(1, 2, 2, 33, 40, 16, 16), Device);
        var options = new ForwardOptions { Scale = scale, Math = math, ReturnLse = true, ReturnRowMax = true };
        using AttentionOutput<T> output = CausalMasks.CausalKernel.Forward(x.Q, x.K, x.V, options);

        AssertKeepsBound(output, ReferenceAttention.Of(x.Q, x.K, x.V, mask: CausalMasks.Causal, scale: scale));
    }

    [Test]
    public void EarlierOutput_IsWrittenAgain()
    {
        using var x = new ProblemTensors<T>(new ProblemShape(1, 2, 2, 33, 40, 16, 24), Device);
        using var slopes = DeviceTensor<float>.From([0.5f, 0.25f], Device);
        using AttentionOutput<T> expected = PositionBiases.AlibiKernel.Forward(x.Q, x.K, x.V, slopes, Options);
        using var output = new AttentionOutput<T>(DeviceTensor<T>.Create(Device, 1, 2, 33, 24));
        PositionBiases.AlibiKernel.Forward(x.Q, x.K, x.V, slopes, output, Options);

        Assert.That(Numbers(output.Output), Is.EqualTo(Numbers(expected.Output)));
    }

    [Test]
    public void MaskOfAScoreVariant_IsTheMaskItNames()
    {
        using var x = new ProblemTensors<T>(new ProblemShape(1, 2, 2, 150, 150, 16, 16), Device);
        using var slopes = DeviceTensor<float>.From([0.5f, 0.25f], Device);
        var onDevice = new BlockMaskOptions { Device = Device };
        using BlockMask causal = PositionBiases.CausalKernel.CreateBlockMask(1, 2, 150, 150, onDevice);
        using BlockMask own = PositionBiases.AlibiKernel.CreateBlockMask(1, 2, 150, 150, onDevice);
        using AttentionOutput<T> plain = PositionBiases.AlibiKernel.Forward(x.Q, x.K, x.V, slopes, Options);
        using AttentionOutput<T> blocks =
            PositionBiases.AlibiKernel.Forward(x.Q, x.K, x.V, slopes, new() { BlockMask = causal, Math = math });

        Assert.That(own.HasSameBlocksAs(causal));
        AssertSame(blocks.Output, plain.Output);
    }

    [Test]
    public void MaskOfAnotherVariant_IsRefusedByName()
    {
        using var x = new ProblemTensors<T>(new ProblemShape(1, 2, 2, 20, 20, 16, 16), Device);
        using BlockMask other = CausalMasks.InverseCausalKernel.CreateBlockMask(1, 2, 20, 20, new() { Device = Device });

        Assert.That(
            Assert.Throws<ArgumentException>(() => CausalMasks.CausalKernel.Forward(x.Q, x.K, x.V, new() { BlockMask = other }))!.Message,
            Does.Contain("InverseCausal").And.Contain("Causal"));
    }

    [Test]
    public void MissingCapture_IsNamed()
    {
        using var x = new ProblemTensors<T>(new ProblemShape(1, 2, 2, 4, 4, 16, 16), Device);

        Assert.That(
            Assert.Throws<ArgumentNullException>(() => PositionBiases.AlibiKernel.Forward(x.Q, x.K, x.V, slopes: null!))!.ParamName,
            Is.EqualTo("slopes"));
    }

    private static DeviceTensor<T> Spoil(DeviceTensor<T> tensor, int from, float garbage)
    {
        T[] items = tensor.ToArray();
        int length = (int)tensor.Shape[2], dim = (int)tensor.Shape[3];
        for (int i = 0; i < items.Length; i++)
        {
            if (i / dim % length >= from)
                items[i] = Elements.Round<T>(garbage);
        }

        return DeviceTensor<T>.From(items, tensor.Shape, tensor.Device);
    }

    private void AssertKeepsBound(AttentionOutput<T> output, ReferenceAttention problem) =>
        ErrorBound.Check(output, NaiveAttention.Compute<T>(problem), problem.Compute(), math, typeof(T).Name);

    private static void AssertSame(DeviceTensor<T> actual, DeviceTensor<T> expected) =>
        Assert.That(Numbers(actual), Is.EqualTo(Numbers(expected)).Within(Tolerance));

    private static double[] Numbers(DeviceTensor<T> tensor) => Elements.Widen(tensor.ToArray());
}
