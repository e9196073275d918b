using System.Numerics;
using FlexAttention.Cpu.Lanes;
using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Cpu.Forward;

/// <summary>One forward call: a task for each tile of queries of each head.</summary>
internal sealed unsafe class ForwardJob<T, TVariant, TLanes, TScalar, TFloat, TInt> : ParallelJob
    where T : unmanaged
    where TVariant : unmanaged, IAttentionVariant<TVariant>
    where TLanes : struct, IKernelLanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged, IFloatingPointIeee754<TScalar>
    where TFloat : struct
    where TInt : struct
{
    /// <summary>Multiplications that keep a further thread busy for longer than it takes to wake it.</summary>
    private const long WorkPerThread = 1 << 20;

    private static readonly IdlePool<ForwardJob<T, TVariant, TLanes, TScalar, TFloat, TInt>> s_idle =
        new(2 * Environment.ProcessorCount);

    private ForwardArguments _arguments;
    private TVariant _variant;
    private VariantHooks _hooks;
    private ForwardPlan _plan;

    /// <summary>Computes one problem.</summary>
    public static void Run(in ForwardArguments arguments, in TVariant variant)
    {
        ForwardJob<T, TVariant, TLanes, TScalar, TFloat, TInt> job = s_idle.TryTake() ?? new();
        try
        {
            job.Compute(in arguments, in variant);
        }
        finally
        {
            s_idle.Return(job);
        }
    }

    /// <inheritdoc/>
    protected override void Work()
    {
        Scratch scratch = Scratch.Rent(TileBuffers<TLanes, TScalar, TFloat, TInt>.SizeOf(in _arguments, in _plan));
        byte* memory = scratch.Memory;
        var buffers = new TileBuffers<TLanes, TScalar, TFloat, TInt>(in _arguments, in _plan, ref memory);
        while (TryTake(out int task))
            Compute(task, in buffers);
        scratch.Return();
    }

    private void Compute(in ForwardArguments arguments, in TVariant variant)
    {
        (_arguments, _variant, _hooks) = (arguments, variant, VariantHooks.Of(TVariant.Descriptor));
        int threads = Threads(in arguments);
        _plan = ForwardPlan.Of(in arguments, threads);
        long tasks = (long)arguments.Batch * arguments.QHeads * _plan.Tiles;
        if (tasks > int.MaxValue)
        {
            throw new NotSupportedException(
                $"{arguments.Batch} batches x {arguments.QHeads} heads x {_plan.Tiles} tiles of queries are more than 2^31 - 1 tasks: " +
                "split the batch, or use a block mask with larger blocks.");
        }

        Run((int)tasks, threads);
    }

    /// <summary>The last queries of a head come first: under a causal mask they take longest.</summary>
    private void Compute(int task, in TileBuffers<TLanes, TScalar, TFloat, TInt> buffers)
    {
        (int matrix, int tile) = Math.DivRem(task, _plan.Tiles);
        (int Start, int End) queries = _plan.Queries(_plan.Tiles - 1 - tile, _arguments.QLength);
        if (queries.Start >= queries.End)
            return;
        (int b, int h) = Math.DivRem(matrix, _arguments.QHeads);
        new ForwardTile<T, TVariant, TLanes, TScalar, TFloat, TInt>(
            in _arguments, in _variant, _hooks, in buffers, b, h, queries).Run();
    }

    private static int Threads(in ForwardArguments arguments)
    {
        double work = (double)arguments.Batch * arguments.QHeads * arguments.QLength * arguments.KvLength
            * (arguments.HeadDim + arguments.ValueDim);
        return (int)Math.Clamp(work / WorkPerThread, 1, Environment.ProcessorCount);
    }
}
