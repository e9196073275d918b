using FlexAttention.Cpu;
using FlexAttention.Cpu.Backward;
using FlexAttention.Cpu.Forward;
using FlexAttention.Descriptors;
using FlexAttention.Execution;
using FlexAttention.Tests.Gradients;

namespace FlexAttention.Tests.Cpu;

/// <summary>A forward problem with the gradient of its output, run backward at a chosen width.</summary>
internal sealed class BackwardCase<T, TRule> : IDisposable
    where T : unmanaged
    where TRule : unmanaged, IPairRule
{
    public BackwardCase(AttentionShape shape, TRule rule = default, int seed = 1)
    {
        Forward = new ForwardCase<T, TRule>(shape, rule, seed);
        DOutput = RandomTensors.Create<T>(new Random(seed + 1), shape.Batch, shape.QHeads, shape.QLength, shape.ValueDim);
    }

    public ForwardCase<T, TRule> Forward { get; init; }

    public DeviceTensor<T> DOutput { get; init; }

    /// <summary>Computes gradients of a forward call with the same options.</summary>
    public AttentionGradients<T> Run(BackwardOptions? options = null)
    {
        options ??= new BackwardOptions();
        using AttentionOutput<T> output = Forward.Run(ForwardOptions(options));
        return AttentionEngine.Backward(Forward.Q, Forward.K, Forward.V, Forward.Variant, output, DOutput, [], options);
    }

    /// <summary>Computes the three gradients on vectors of a width.</summary>
    public (T[] Dq, T[] Dk, T[] Dv) Run(VectorWidth width)
    {
        var options = new BackwardOptions();
        using AttentionOutput<T> output = Forward.Run(ForwardOptions(options), width);
        BackwardArguments arguments = BackwardValidator.Inputs(
            Forward.Q, Forward.K, Forward.V, output, DOutput, options, PairVariant<TRule>.Descriptor);
        const GradientKinds kinds = GradientKinds.Query | GradientKinds.Key | GradientKinds.Value;
        using var gradients = new AttentionGradients<T>(Like(Forward.Q), Like(Forward.K), Like(Forward.V), null, []);
        gradients.AddTo(ref arguments, kinds);
        CpuBackward.Run<T, PairVariant<TRule>>(BackwardProblem.Of(in arguments, null, kinds, []), Forward.Variant, width);
        return (gradients.Dq.ToArray(), gradients.Dk.ToArray(), gradients.Dv.ToArray());
    }

    public ReferenceGradients Reference(BackwardOptions? options = null) => ReferenceGradients.Compute(
        Forward.Reference(ForwardOptions(options ?? new BackwardOptions())),
        RandomTensors.Widen(DOutput),
        options?.DLse is null ? null : RandomTensors.Widen(options.DLse));

    /// <summary>Compares the gradients with the reference.</summary>
    public void Check(BackwardOptions? options = null)
    {
        using AttentionGradients<T> gradients = Run(options);
        Check((gradients.Dq.ToArray(), gradients.Dk.ToArray(), gradients.Dv.ToArray()), Reference(options));
    }

    /// <summary>Compares the gradients that vectors of a width give.</summary>
    public void Check(VectorWidth width) => Check(Run(width), Reference());

    public void Dispose()
    {
        Forward.Dispose();
        DOutput.Dispose();
    }

    private static void Check((T[] Dq, T[] Dk, T[] Dv) actual, ReferenceGradients expected)
    {
        GradientBound.Check(actual.Dq, expected.Dq, Tolerance, "dq");
        GradientBound.Check(actual.Dk, expected.Dk, Tolerance, "dk");
        GradientBound.Check(actual.Dv, expected.Dv, Tolerance, "dv");
    }

    private static double Tolerance => default(T) switch
    {
        Half => 2e-3,
        BFloat16 => 1.5e-2,
        float => 1e-5,
        _ => 1e-6,
    };

    private static DeviceTensor<T> Like(DeviceTensor<T> tensor) => DeviceTensor<T>.Create(Device.Cpu, tensor.Shape);

    private static ForwardOptions ForwardOptions(BackwardOptions options) => new()
    {
        Scale = options.Scale,
        BlockMask = options.BlockMask,
        Sinks = options.Sinks,
        ReturnLse = true,
    };
}
