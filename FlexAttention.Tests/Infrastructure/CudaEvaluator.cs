using System.Runtime.InteropServices;
using FlexAttention.Compilation;
using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Tests.Infrastructure;

/// <summary>One point at which to evaluate a variant.</summary>
internal readonly record struct VariantPoint(float Score, int B, int H, int Q, int Kv);

/// <summary>What a variant makes of a point: by its methods, and by the hooks that kernels call.</summary>
/// <param name="Score">The score in natural units.</param>
/// <param name="Kept">Whether the pair is kept.</param>
/// <param name="HookScore">The score by the hooks, of a key in two parts.</param>
/// <param name="HookKept">Whether the hooks keep it.</param>
internal readonly record struct EvaluatedPoint(float Score, bool Kept, float HookScore, bool HookKept);

/// <summary>Runs a variant's emitted CUDA methods at single points, to compare them with the C# methods.</summary>
internal static unsafe class CudaEvaluator
{
    private const int Threads = 128;

    /// <summary>The results at each point.</summary>
    public static EvaluatedPoint[] Evaluate<TVariant>(
        CudaDevice device, in TVariant variant, VariantPoint[] points, MathMode math = MathMode.Exact)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        if (points.Length == 0)
            return [];
        using DeviceTensor<float> scores = DeviceTensor<float>.From(Array.ConvertAll(points, point => point.Score), device);
        using DeviceTensor<int> b = DeviceTensor<int>.From(Array.ConvertAll(points, point => point.B), device);
        using DeviceTensor<int> h = DeviceTensor<int>.From(Array.ConvertAll(points, point => point.H), device);
        using DeviceTensor<int> q = DeviceTensor<int>.From(Array.ConvertAll(points, point => point.Q), device);
        using DeviceTensor<int> kv = DeviceTensor<int>.From(Array.ConvertAll(points, point => point.Kv), device);
        using DeviceTensor<float> scoreResults = DeviceTensor<float>.Create(device, points.Length);
        using DeviceTensor<int> maskResults = DeviceTensor<int>.Create(device, points.Length);
        using DeviceTensor<float> hookScores = DeviceTensor<float>.Create(device, points.Length);
        using DeviceTensor<int> hookMasks = DeviceTensor<int>.Create(device, points.Length);
        var arguments = new EvaluateArguments
        {
            Scores = (float*)scores.Pointer,
            B = (int*)b.Pointer,
            H = (int*)h.Pointer,
            Q = (int*)q.Pointer,
            Kv = (int*)kv.Pointer,
            ScoreResults = (float*)scoreResults.Pointer,
            MaskResults = (int*)maskResults.Pointer,
            HookScores = (float*)hookScores.Pointer,
            HookMasks = (int*)hookMasks.Pointer,
            Count = points.Length,
        };
        LoadedKernel kernel = KernelTable.Get(
            TVariant.Descriptor, KernelKind.Evaluate, ForwardConfig.Plain(device.Architecture, math), device);
        int blocks = (points.Length + Threads - 1) / Threads;
        KernelLauncher.Launch(
            device, kernel.Function(EntryPoint.Evaluate), blocks, Threads, 0, device.DefaultStream, in arguments, in variant);
        device.DefaultStream.Synchronize();
        (float[] score, float[] hookScore) = (scoreResults.ToArray(), hookScores.ToArray());
        (int[] kept, int[] hookKept) = (maskResults.ToArray(), hookMasks.ToArray());
        return [.. points.Select((_, i) => new EvaluatedPoint(score[i], kept[i] != 0, hookScore[i], hookKept[i] != 0))];
    }

    /// <summary>The first parameter of <c>flex_evaluate</c>: field for field the CUDA struct of the same name.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct EvaluateArguments
    {
        public float* Scores;
        public int* B;
        public int* H;
        public int* Q;
        public int* Kv;
        public float* ScoreResults;
        public int* MaskResults;
        public float* HookScores;
        public int* HookMasks;
        public int Count;
    }
}
