using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>Captures that are too short: read as zero, and named by the checked mode.</summary>
public sealed class CheckedModeTests
{
    private static readonly ProblemShape Shape = new(1, 2, 2, 40, 40, 16, 16);

    [Test]
    public void CaptureTooShort_IsNamedWithItsIndex() => CheckShortCapture(Device.Cpu);

    [Test, Category("Gpu")]
    public void CaptureTooShort_IsNamedWithItsIndexOnAGpu() => CheckShortCapture(Requires.Gpu());

    [Test]
    public void CaptureTooShort_IsNamedByABackwardCall() => CheckShortCaptureBackward(Device.Cpu);

    [Test, Category("Gpu")]
    public void CaptureTooShort_IsNamedByABackwardCallOnAGpu() => CheckShortCaptureBackward(Requires.Gpu());

    [Test]
    public void AccessesThatTheMaskRejects_AreNotReported() => CheckGuardedCapture(Device.Cpu);

    [Test, Category("Gpu")]
    public void AccessesThatTheMaskRejects_AreNotReportedOnAGpu() => CheckGuardedCapture(Requires.Gpu());

    [Test]
    public void CatalogueCaptures_AreLongEnough(
        [ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant)
    {
        using VariantCall call = variant.Create(Shape.Variant, seed: 7).On(Device.Cpu);
        using var x = new ProblemTensors<float>(Shape, Device.Cpu);

        Assert.DoesNotThrow(() => call.Forward(x.Q, x.K, x.V, new() { Checked = true }).Dispose());
    }

    private static void CheckShortCapture(Device device)
    {
        using var x = new ProblemTensors<float>(Shape, device);
        using var bias = DeviceTensor<float>.From(new Random(1).Floats(2, 25), device);
        CaptureIndexException failure = Assert.Throws<CaptureIndexException>(
            () => PositionBiases.HeadTableKernel.Forward(x.Q, x.K, x.V, bias, new() { Checked = true }))!;

        Assert.That((failure.Capture, failure.Dimension, failure.Extent), Is.EqualTo(("bias", 1, 25L)));
        Assert.That(failure.Index, Is.InRange(25, 39));
        Assert.That(failure.Variant, Does.EndWith("HeadTable"));
        // Unchecked, what lies outside is zero: the result is that of a table with zeros at its end.
        using AttentionOutput<float> output = PositionBiases.HeadTableKernel.Forward(x.Q, x.K, x.V, bias);
        using DeviceTensor<float> padded = DeviceTensor<float>.From(Padded(bias.ToArray()), device);
        using AttentionOutput<float> expected = PositionBiases.HeadTableKernel.Forward(x.Q, x.K, x.V, padded);
        Assert.That(output.Output.ToArray(), Is.EqualTo(expected.Output.ToArray()).Within(1e-6));
    }

    private static void CheckShortCaptureBackward(Device device)
    {
        using var x = new ProblemTensors<float>(Shape, device);
        using var bias = DeviceTensor<float>.From(new Random(1).Floats(2, 25), device);
        using AttentionOutput<float> output = PositionBiases.HeadTableKernel.Forward(x.Q, x.K, x.V, bias, new ForwardOptions { ReturnLse = true });
        CaptureIndexException failure = Assert.Throws<CaptureIndexException>(
            () => PositionBiases.HeadTableKernel.Backward(x.Q, x.K, x.V, bias, output, x.Q, new BackwardOptions { Checked = true }))!;

        Assert.That((failure.Capture, failure.Dimension, failure.Extent), Is.EqualTo(("bias", 1, 25L)));
        Assert.DoesNotThrow(() => PositionBiases.HeadTableKernel.Backward(x.Q, x.K, x.V, bias, output, x.Q).Dispose(), "unchecked");
    }

    private static void CheckGuardedCapture(Device device)
    {
        // bias[h, q - kv] has a negative index wherever the causal mask rejects the pair.
        using var x = new ProblemTensors<float>(Shape, device);
        using var bias = DeviceTensor<float>.From(new Random(1).Floats(2, 40), device);

        Assert.DoesNotThrow(() => PositionBiases.HeadTableKernel.Forward(x.Q, x.K, x.V, bias, new() { Checked = true }).Dispose());
    }

    private static float[,] Padded(float[] items)
    {
        var padded = new float[2, 40];
        for (int i = 0; i < items.Length; i++)
            padded[i / 25, i % 25] = items[i];
        return padded;
    }
}
