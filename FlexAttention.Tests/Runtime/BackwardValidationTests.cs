using FlexAttention.Descriptors;
using FlexAttention.Tests.Conformance;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Runtime;

/// <summary>What a caller of a backward call can get wrong is an exception that names it.</summary>
public sealed class BackwardValidationTests : IDisposable
{
    private readonly ProblemTensors<float> _tensors = new(new(1, 2, 1, 9, 7, 8, 6), Device.Cpu);

    public void Dispose() => _tensors.Dispose();

    [Test]
    public void OutputWithoutLse()
    {
        using AttentionOutput<float> output = CausalMasks.CausalKernel.Forward(_tensors.Q, _tensors.K, _tensors.V);

        Assert.That(
            () => Backward(output, Gradient(1, 2, 9, 6)),
            Throws.ArgumentException.With.Property("ParamName").EqualTo("output").And.Message.Contains("ForwardOptions.ReturnLse"));
    }

    [Test]
    public void OutputGradientOfAnotherShape()
    {
        using AttentionOutput<float> output = Forward();

        Assert.That(
            () => Backward(output, Gradient(1, 2, 9, 8)),
            Throws.ArgumentException.With.Property("ParamName").EqualTo("dOutput").And.Message.Contains("[1, 2, 9, 6]"));
    }

    [Test]
    public void OutputOfAnotherCall()
    {
        using var others = new ProblemTensors<float>(new(1, 2, 1, 5, 7, 8, 6), Device.Cpu);
        using AttentionOutput<float> output = CausalMasks.CausalKernel.Forward(
            others.Q, others.K, others.V, new ForwardOptions { ReturnLse = true });

        Assert.That(() => Backward(output, Gradient(1, 2, 9, 6)), Throws.ArgumentException.With.Property("ParamName").EqualTo("output"));
    }

    [Test]
    public void OutputOfAnotherVariant()
    {
        using AttentionOutput<float> output = CausalMasks.NoneKernel.Forward(
            _tensors.Q, _tensors.K, _tensors.V, new ForwardOptions { ReturnLse = true });

        Assert.That(
            () => Backward(output, Gradient(1, 2, 9, 6)),
            Throws.ArgumentException.With.Property("ParamName").EqualTo("output").And.Message.Contains("None").And.Message.Contains("Causal"));
    }

    [Test]
    public void LseOfAnEarlierCall()
    {
        using AttentionOutput<float> output = Forward();
        CausalMasks.CausalKernel.Forward(_tensors.Q, _tensors.K, _tensors.V, output);

        Assert.That(
            () => Backward(output, Gradient(1, 2, 9, 6)),
            Throws.ArgumentException.With.Property("ParamName").EqualTo("output").And.Message.Contains("ForwardOptions.ReturnLse"));
    }

    [Test]
    public void ScaleOfAnotherCall()
    {
        using AttentionOutput<float> output = Forward();

        Assert.That(
            () => Backward(output, Gradient(1, 2, 9, 6), new BackwardOptions { Scale = 0.5f }),
            Throws.ArgumentException.With.Message.Contains("BackwardOptions.Scale"));
    }

    [Test]
    public void SinksOfAnotherCall()
    {
        using AttentionOutput<float> output = Forward();
        using DeviceTensor<float> sinks = Gradient(2);

        Assert.That(
            () => Backward(output, Gradient(1, 2, 9, 6), new BackwardOptions { Sinks = sinks }),
            Throws.ArgumentException.With.Message.Contains("BackwardOptions.Sinks"));
    }

    [Test]
    public void LseGradientOfAnotherShape()
    {
        using AttentionOutput<float> output = Forward();
        using DeviceTensor<float> dLse = Gradient(1, 2, 7);

        Assert.That(
            () => Backward(output, Gradient(1, 2, 9, 6), new BackwardOptions { DLse = dLse }),
            Throws.ArgumentException.With.Property("ParamName").EqualTo("DLse"));
    }

    [Test]
    public void LseGradientWithGaps()
    {
        using AttentionOutput<float> output = Forward();
        using DeviceTensor<float> wide = Gradient(1, 9, 2);

        Assert.That(
            () => Backward(output, Gradient(1, 2, 9, 6), new BackwardOptions { DLse = wide.Permute(0, 2, 1) }),
            Throws.ArgumentException.With.Property("ParamName").EqualTo("DLse").And.Message.Contains("contiguous"));
    }

    [Test]
    public void DisposedOutputGradient()
    {
        using AttentionOutput<float> output = Forward();
        DeviceTensor<float> gradient = Gradient(1, 2, 9, 6);
        gradient.Dispose();

        Assert.That(() => Backward(output, gradient), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test, Category("Gpu")]
    public void GradientsToWriteIntoThatLackWhatIsAskedFor()
    {
        using AttentionOutput<float> output = Forward();
        using DeviceTensor<float> gradient = Gradient(1, 2, 9, 6);
        using AttentionGradients<float> queries = CausalMasks.CausalKernel.Backward(
            _tensors.Q, _tensors.K, _tensors.V, output, gradient, new BackwardOptions { Gradients = GradientKinds.Query });

        Assert.That(
            () => CausalMasks.CausalKernel.Backward(_tensors.Q, _tensors.K, _tensors.V, output, gradient, queries),
            Throws.ArgumentException.With.Property("ParamName").EqualTo("gradients").And.Message.Contains("GradientKinds.Key"));
    }

    [Test]
    public void GradientsToWriteIntoOfAnotherShape()
    {
        using var others = new ProblemTensors<float>(new(1, 2, 1, 5, 7, 8, 6), Device.Cpu);
        using AttentionOutput<float> output = Forward(), other = CausalMasks.CausalKernel.Forward(
            others.Q, others.K, others.V, new ForwardOptions { ReturnLse = true });
        using DeviceTensor<float> gradient = Gradient(1, 2, 9, 6), otherGradient = Gradient(1, 2, 5, 6);
        using AttentionGradients<float> gradients =
            CausalMasks.CausalKernel.Backward(others.Q, others.K, others.V, other, otherGradient);

        Assert.That(
            () => CausalMasks.CausalKernel.Backward(_tensors.Q, _tensors.K, _tensors.V, output, gradient, gradients),
            Throws.ArgumentException.With.Property("ParamName").EqualTo("gradients").And.Message.Contains("[1, 2, 9, 8]"));
    }

    [Test]
    public void GradientsInTheMemoryOfAnInput()
    {
        using AttentionOutput<float> output = Forward();
        using DeviceTensor<float> gradient = Gradient(1, 2, 9, 6);
        using AttentionGradients<float> gradients =
            CausalMasks.CausalKernel.Backward(_tensors.Q, _tensors.K, _tensors.V, output, gradient);

        Assert.That(
            () => CausalMasks.CausalKernel.Backward(gradients.Dq, _tensors.K, _tensors.V, output, gradient, gradients),
            Throws.ArgumentException.With.Property("ParamName").EqualTo("gradients").And.Message.Contains("memory of its own"));
    }

    /// <summary>They have tensors that the call has no use for.</summary>
    [Test]
    public void GradientsOfAVariantThatLearns_ServeOneThatDoesNot()
    {
        using AttentionOutput<float> output = Forward();
        using DeviceTensor<float> slopes = DeviceTensor<float>.From([0.5f, 0.25f]), gradient = Gradient(1, 2, 9, 6);
        using AttentionOutput<float> biased = PositionBiases.AlibiKernel.Forward(
            _tensors.Q, _tensors.K, _tensors.V, slopes, new ForwardOptions { ReturnLse = true });
        using PositionBiases.AlibiKernel.Gradients<float> gradients =
            PositionBiases.AlibiKernel.Backward(_tensors.Q, _tensors.K, _tensors.V, slopes, biased, gradient);
        using AttentionGradients<float> expected =
            CausalMasks.CausalKernel.Backward(_tensors.Q, _tensors.K, _tensors.V, output, gradient);
        CausalMasks.CausalKernel.Backward(_tensors.Q, _tensors.K, _tensors.V, output, gradient, gradients);

        Assert.That(gradients.Dv.ToArray(), Is.EqualTo(expected.Dv.ToArray()));
    }

    [Test]
    public void LearnableTensorsOfAnotherNumber()
    {
        using AttentionOutput<float> output = Forward();
        using DeviceTensor<float> gradient = Gradient(1, 2, 9, 6);
        var ofNoCall = new AttentionOutput<float>(output.Output, output.Lse);

        Assert.That(
            () => AttentionEngine.Backward(_tensors.Q, _tensors.K, _tensors.V, default(PlainVariant), ofNoCall, gradient, [_tensors.Q]),
            Throws.ArgumentException.With.Property("ParamName").EqualTo("learnable"));
    }

    private AttentionOutput<float> Forward() =>
        CausalMasks.CausalKernel.Forward(_tensors.Q, _tensors.K, _tensors.V, new ForwardOptions { ReturnLse = true });

    private void Backward(AttentionOutput<float> output, DeviceTensor<float> dOutput, BackwardOptions? options = null) =>
        CausalMasks.CausalKernel.Backward(_tensors.Q, _tensors.K, _tensors.V, output, dOutput, options).Dispose();

    private static DeviceTensor<float> Gradient(params long[] shape) => DeviceTensor<float>.Create(Device.Cpu, shape);
}
