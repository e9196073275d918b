using System.Runtime.InteropServices;
using FlexAttention.Compilation;
using FlexAttention.Descriptors;
using FlexAttention.Execution;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.RandomVariants;

/// <summary>Runs the hooks that backward kernels call of a random variant at single points.</summary>
internal static unsafe class CudaGradientEvaluator
{
    private const int Threads = 128;

    /// <summary>The gradients, where <paramref name="gradients"/> are those of the scores at the points.</summary>
    public static HookGradients Evaluate<TVariant>(
        CudaDevice device, in TVariant variant, VariantPoint[] points, double[] gradients)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        const int length = RandomVariantWriter.TableLength;
        using DeviceTensor<float> scores = DeviceTensor<float>.From(Array.ConvertAll(points, point => point.Score), device);
        using DeviceTensor<int> b = DeviceTensor<int>.From(Array.ConvertAll(points, point => point.B), device);
        using DeviceTensor<int> h = DeviceTensor<int>.From(Array.ConvertAll(points, point => point.H), device);
        using DeviceTensor<int> q = DeviceTensor<int>.From(Array.ConvertAll(points, point => point.Q), device);
        using DeviceTensor<int> kv = DeviceTensor<int>.From(Array.ConvertAll(points, point => point.Kv), device);
        using DeviceTensor<float> weights = DeviceTensor<float>.From(Array.ConvertAll(gradients, value => (float)value), device);
        using DeviceTensor<float> derivatives = DeviceTensor<float>.Create(device, points.Length);
        using DeviceTensor<float> x = DeviceTensor<float>.From(new float[1], device);
        using DeviceTensor<float> table = DeviceTensor<float>.From(new float[length, length], device);
        var arguments = new EvaluateGradientArguments
        {
            Scores = (float*)scores.Pointer,
            B = (int*)b.Pointer,
            H = (int*)h.Pointer,
            Q = (int*)q.Pointer,
            Kv = (int*)kv.Pointer,
            Gradients = (float*)weights.Pointer,
            Derivatives = (float*)derivatives.Pointer,
            Count = points.Length,
            X = new GradientTarget(x),
            Table = new GradientTarget(table),
        };
        LoadedKernel kernel = KernelTable.Get(
            TVariant.Descriptor, KernelKind.EvaluateGradient, ForwardConfig.Plain(device.Architecture, MathMode.Exact), device);
        int blocks = (points.Length + Threads - 1) / Threads;
        KernelLauncher.Launch(
            device, kernel.Function(EntryPoint.EvaluateGradient), blocks, Threads, 0, device.DefaultStream, in arguments, in variant);
        device.DefaultStream.Synchronize();
        var byTable = new double[length, length];
        float[] flat = table.ToArray();
        for (int i = 0; i < flat.Length; i++)
            byTable[i / length, i % length] = flat[i];
        return new HookGradients("CUDA", Array.ConvertAll(derivatives.ToArray(), value => (double)value), x.ToArray()[0], byTable);
    }

    /// <summary>The first parameter of <c>flex_evaluate_gradient</c>: field for field the CUDA struct of the same name.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct EvaluateGradientArguments
    {
        public float* Scores;
        public int* B;
        public int* H;
        public int* Q;
        public int* Kv;
        public float* Gradients;
        public float* Derivatives;
        public long Count;
        public GradientTarget X;
        public GradientTarget Table;
    }
}
