namespace FlexAttention.Benchmarks.Suites.Cpu;

/// <summary>Random queries, keys and values in float, and room for the result.</summary>
internal sealed class CpuInputs(CpuShape shape) : IDisposable
{
    private readonly Random _random = new(1);

    public DeviceTensor<float> Q { get; } = DeviceTensor<float>.Create(Device.Cpu, shape.Lengths);

    public DeviceTensor<float> K { get; } = DeviceTensor<float>.Create(Device.Cpu, shape.Lengths);

    public DeviceTensor<float> V { get; } = DeviceTensor<float>.Create(Device.Cpu, shape.Lengths);

    public AttentionOutput<float> Output { get; } = new(DeviceTensor<float>.Create(Device.Cpu, shape.Lengths));

    /// <summary>Fills the inputs with numbers from -1 to 1.</summary>
    public CpuInputs Fill()
    {
        foreach (DeviceTensor<float> tensor in (DeviceTensor<float>[])[Q, K, V])
        {
            foreach (ref float element in tensor.AsSpan())
                element = (2 * _random.NextSingle()) - 1;
        }

        return this;
    }

    public void Dispose()
    {
        Q.Dispose();
        K.Dispose();
        V.Dispose();
        Output.Dispose();
    }
}
