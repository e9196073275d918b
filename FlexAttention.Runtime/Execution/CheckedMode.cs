using System.Runtime.InteropServices;
using FlexAttention.Compilation;
using FlexAttention.Descriptors;

namespace FlexAttention.Execution;

/// <summary>Looks for captured accesses that C# would have found out of range, over all pairs.</summary>
internal static unsafe class CheckedMode
{
    private const int Threads = 128;
    private const int MaximumBlocks = 1 << 16;

    /// <summary>Throws <see cref="CaptureIndexException"/> at the first access out of range.</summary>
    public static void Check<TVariant>(Device device, in ForwardArguments arguments, in TVariant variant, ForwardOptions options)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        if (device is CudaDevice gpu)
            CheckOnGpu(gpu, in arguments, in variant, options);
        else
            CheckOnCpu(in arguments, in variant);
    }

    private static void CheckOnCpu<TVariant>(in ForwardArguments arguments, in TVariant variant)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        for (int b = 0; b < arguments.Batch; b++)
        {
            for (int h = 0; h < arguments.QHeads; h++)
            {
                for (int q = 0; q < arguments.QLength; q++)
                {
                    for (int kv = 0; kv < arguments.KvLength; kv++)
                        variant.Check(b, h, q, kv);
                }
            }
        }
    }

    private static void CheckOnGpu<TVariant>(
        CudaDevice device, in ForwardArguments arguments, in TVariant variant, ForwardOptions options)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        if (arguments.KvLength == 0)
            return;
        ForwardConfig config = ForwardConfig.Plain(device.Architecture, options.Math);
        LoadedKernel kernel = KernelTable.Get(TVariant.Descriptor, KernelKind.Check, in config, device);
        using DeviceMemory record = device.Allocate(sizeof(CheckRecord), zeroed: true);
        var check = new CheckArguments
        {
            Record = (CheckRecord*)record.Address,
            Batch = arguments.Batch,
            Heads = arguments.QHeads,
            QLength = arguments.QLength,
            KvLength = arguments.KvLength,
        };
        long rows = (long)arguments.Batch * arguments.QHeads * arguments.QLength;
        KernelLauncher.Launch(
            device, kernel.Function(EntryPoint.Check), Math.Min(rows, MaximumBlocks), Threads, 0, options.Stream, in check, in variant);
        (options.Stream ?? device.DefaultStream).Synchronize();
        CheckRecord found;
        device.CopyToHost((nint)(&found), record.Address, sizeof(CheckRecord));
        if (found.Flag != 0)
            throw found.ToException(TVariant.Descriptor);
    }

    /// <summary>One access out of range: the CUDA struct of the same name. All zero: none.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct CheckRecord
    {
        public int Flag;
        public int Capture;
        public int Dimension;
        public int B;
        public int H;
        public int Q;
        public int Kv;
        public int Reserved;
        public long Index;
        public long Extent;

        public readonly CaptureIndexException ToException(VariantDescriptor variant) =>
            new(variant.Name, variant.Captures[Capture].Name, Dimension, Index, Extent, B, H, Q, Kv);
    }

    /// <summary>The first parameter of <c>flex_check</c>: the CUDA struct of the same name.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct CheckArguments
    {
        public CheckRecord* Record;
        public int Batch;
        public int Heads;
        public int QLength;
        public int KvLength;
    }
}
