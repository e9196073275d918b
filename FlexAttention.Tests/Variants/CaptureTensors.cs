namespace FlexAttention.Tests.Variants;

/// <summary>Copies captured arrays to a device.</summary>
internal static class CaptureTensors
{
    /// <summary>The tensor with an array's elements; scalars stay as they are.</summary>
    public static object From(object capture, Device device) => capture switch
    {
        int[] items => DeviceTensor<int>.From(items, device),
        int[,] items => DeviceTensor<int>.From(items, device),
        float[] items => DeviceTensor<float>.From(items, device),
        float[,] items => DeviceTensor<float>.From(items, device),
        float[,,] items => DeviceTensor<float>.From(items, device),
        float[,,,] items => DeviceTensor<float>.From(items, device),
        Half[] items => DeviceTensor<Half>.From(items, device),
        Half[,] items => DeviceTensor<Half>.From(items, device),
        Half[,,] items => DeviceTensor<Half>.From(items, device),
        bool[] items => DeviceTensor<bool>.From(items, device),
        bool[,] items => DeviceTensor<bool>.From(items, device),
        int or float or bool => capture,
        _ => throw new ArgumentException($"{capture.GetType()} is not a capture of the catalogue.", nameof(capture)),
    };
}
