using FlexAttention.Cpu;
using FlexAttention.Cpu.Forward;
using FlexAttention.Execution;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Cpu;

/// <summary>
/// Random tensors of one shape, run through the CPU kernel at a chosen width, and compared with the reference: the error
/// may be twice that of a naive implementation in the same precision.
/// </summary>
internal sealed class ForwardCase<T, TRule> : IDisposable
    where T : unmanaged
    where TRule : unmanaged, IPairRule
{
    private readonly TRule _rule;

    public ForwardCase(AttentionShape shape, TRule rule = default, int seed = 1)
    {
        _rule = rule;
        Shape = shape;
        var random = new Random(seed);
        Q = RandomTensors.Create<T>(random, shape.Batch, shape.QHeads, shape.QLength, shape.HeadDim);
        K = RandomTensors.Create<T>(random, shape.Batch, shape.KvHeads, shape.KvLength, shape.HeadDim);
        V = RandomTensors.Create<T>(random, shape.Batch, shape.KvHeads, shape.KvLength, shape.ValueDim);
    }

    public AttentionShape Shape { get; }

    public DeviceTensor<T> Q { get; init; }

    public DeviceTensor<T> K { get; init; }

    public DeviceTensor<T> V { get; init; }

    public PairVariant<TRule> Variant => new(_rule);

    public AttentionOutput<T> Run(ForwardOptions? options = null, VectorWidth width = VectorWidth.Bits256, AttentionOutput<T>? output = null)
    {
        options ??= new ForwardOptions { ReturnLse = true, ReturnRowMax = true };
        output ??= new AttentionOutput<T>(
            DeviceTensor<T>.Create(Device.Cpu, Shape.Batch, Shape.QHeads, Shape.QLength, Shape.ValueDim),
            DeviceTensor<float>.Create(Device.Cpu, Shape.Batch, Shape.QHeads, Shape.QLength),
            DeviceTensor<float>.Create(Device.Cpu, Shape.Batch, Shape.QHeads, Shape.QLength));
        ForwardArguments arguments = ForwardValidator.Inputs(Q, K, V, options, PairVariant<TRule>.Descriptor);
        ForwardValidator.Output(output, options, Device.Cpu, ref arguments);
        if (options.BlockMask is { } mask)
            arguments.Blocks = mask.ViewFor(tileM: 1, tileN: 1, out arguments.Mask);
        CpuAttention.Forward<T, PairVariant<TRule>>(in arguments, Variant, width);
        return output;
    }

    public ReferenceAttention Reference(ForwardOptions? options = null) => ReferenceAttention.Of(
        Q,
        K,
        V,
        TRule.HasScore ? _rule.Score : null,
        TRule.HasMask ? _rule.Keeps : null,
        options?.Scale,
        options?.Sinks?.ToArray());

    /// <summary>Runs the kernel and compares the output, the lse and the row maximum.</summary>
    public void Check(ForwardOptions? options = null, VectorWidth width = VectorWidth.Bits256)
    {
        using AttentionOutput<T> output = Run(options, width);
        ReferenceAttention problem = Reference(options);
        ReferenceOutput expected = problem.Compute();
        ErrorBound.Check<T>(RandomTensors.Widen(output.Output), expected.Output, NaiveAttention.Compute<T>(problem));
        ErrorBound.CheckRows(output.Lse!.ToArray(), expected.Lse, "lse");
        ErrorBound.CheckRows(output.RowMax!.ToArray(), expected.RowMax, "row maximum");
    }

    public void Dispose()
    {
        Q.Dispose();
        K.Dispose();
        V.Dispose();
    }
}
