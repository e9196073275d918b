namespace FlexAttention.Tests.Cpu;

/// <summary>Tensors of numbers from -1 to 1, and their elements in double.</summary>
internal static class RandomTensors
{
    public static DeviceTensor<T> Create<T>(Random random, params long[] shape)
        where T : unmanaged
    {
        DeviceTensor<T> tensor = DeviceTensor<T>.Create(Device.Cpu, shape);
        foreach (ref T element in tensor.AsSpan())
            element = Narrow<T>((2 * random.NextDouble()) - 1);
        return tensor;
    }

    public static double[] Widen<T>(DeviceTensor<T> tensor)
        where T : unmanaged => Array.ConvertAll(tensor.ToArray(), Widen);

    public static T Narrow<T>(double value) =>
        (T)(object)(default(T) switch
        {
            Half => (object)(Half)value,
            BFloat16 => (BFloat16)value,
            float => (float)value,
            _ => value,
        });

    private static double Widen<T>(T value) =>
        value switch
        {
            Half half => (double)half,
            BFloat16 brain => brain.ToSingle(),
            float single => single,
            _ => (double)(object)value!,
        };
}
