using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Suites.Cpu;

/// <summary>Queries, keys and values in float, and room for the result.</summary>
internal static class CpuInputs
{
    public static InputSet<float> Create(CpuShape shape)
    {
        var noise = new NormalNoise<float>(static number => (float)number);
        return new(Next(), Next(), Next(), new AttentionOutput<float>(DeviceTensor<float>.Create(Device.Cpu, shape.Lengths)));

        DeviceTensor<float> Next() => noise.Next(Device.Cpu, shape.Lengths);
    }
}
