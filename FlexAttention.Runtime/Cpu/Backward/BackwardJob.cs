using System.Numerics;
using FlexAttention.Cpu.Forward;
using FlexAttention.Cpu.Lanes;
using FlexAttention.Descriptors;
using FlexAttention.Execution;

namespace FlexAttention.Cpu.Backward;

/// <summary>One backward call: the rows' statistics, then the strands of tasks, then the sums of what they left.</summary>
internal sealed unsafe class BackwardJob<T, TVariant, TLanes, TScalar, TFloat, TInt> : ParallelJob, IDisposable
    where T : unmanaged
    where TVariant : unmanaged, IAttentionVariant<TVariant>
    where TLanes : struct, IKernelLanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged, IFloatingPointIeee754<TScalar>
    where TFloat : struct
    where TInt : struct
{
    private readonly BackwardContext<TVariant, TScalar> _context;
    private readonly BackwardPlan _plan;
    private readonly BackwardStrands _strands;
    private readonly BackwardWorkspace<TScalar> _workspace;
    private readonly CaptureSums _captures;
    private readonly int _captureCount;
    private Phase _phase;

    private BackwardJob(in BackwardProblem problem, in TVariant variant)
    {
        ForwardArguments forward = problem.Arguments.Forward, transposed = problem.Transposed;
        _plan = BackwardPlan.Of(in transposed);
        _captures = new CaptureSums(problem.Captures);
        _captureCount = problem.Captures.Length;
        int most = _captures.HasCopies ? Math.Min(_captures.MostStrands, BackwardPlan.TasksPerThread * _plan.Threads) : int.MaxValue;
        _strands = new BackwardStrands(in forward, _plan.Chunks, _captures.Free, most);
        _workspace = new BackwardWorkspace<TScalar>(
            in forward,
            problem.Kinds.HasAny(GradientKinds.Query) ? _plan.Chunks : 0,
            TileProduct<TLanes, TScalar, TFloat, TInt>.PanelWidth);
        _context = new BackwardContext<TVariant, TScalar>
        {
            Arguments = problem.Arguments,
            Transposed = transposed,
            Kinds = problem.Kinds,
            Variant = variant,
            Hooks = VariantHooks.Of(TVariant.Descriptor),
            HasDerivative = TVariant.Descriptor.HasScoreDerivative,
            Rows = _workspace.Rows,
            QueryGradients = _workspace.QueryGradients,
        };
    }

    private enum Phase
    {
        Begin,
        Compute,
        End,
    }

    private ref readonly ForwardArguments Forward => ref _context.Arguments.Forward;

    private int Heads => Forward.Batch * Forward.QHeads;

    /// <summary>Computes one problem.</summary>
    public static void Run(in BackwardProblem problem, in TVariant variant)
    {
        using var job = new BackwardJob<T, TVariant, TLanes, TScalar, TFloat, TInt>(in problem, in variant);
        job.Compute();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workspace.Dispose();
        _captures.Dispose();
    }

    /// <inheritdoc/>
    protected override void Work()
    {
        Scratch scratch = Scratch.Rent(BackwardBuffers<TLanes, TScalar, TFloat, TInt>.SizeOf(in Forward));
        byte* memory = scratch.Memory;
        var buffers = new BackwardBuffers<TLanes, TScalar, TFloat, TInt>(in Forward, ref memory);
        while (TryTake(out int task))
        {
            if (_phase == Phase.Begin)
                Begin(task, in buffers);
            else if (_phase == Phase.Compute)
                Compute(task, in buffers);
            else
                End(task);
        }

        scratch.Return();
    }

    private void Compute()
    {
        _captures.Allocate(_strands.Count);
        Run(Phase.Begin, Heads);
        Run(Phase.Compute, _strands.Count);
        Run(Phase.End, Heads + Forward.QHeads + _captureCount);
    }

    private void Run(Phase phase, int tasks)
    {
        _phase = phase;
        Run(tasks, _plan.Threads);
    }

    private void Begin(int head, in BackwardBuffers<TLanes, TScalar, TFloat, TInt> buffers)
    {
        (int b, int h) = Math.DivRem(head, Forward.QHeads);
        _context.Rows.Compute<T>(in _context.Arguments, b, h, buffers.Rows);
        if (_context.Needs(GradientKinds.Query))
            _context.QueryGradients.Clear(head);
    }

    private void Compute(int strand, in BackwardBuffers<TLanes, TScalar, TFloat, TInt> buffers)
    {
        GradientView[] targets = _captures.Targets(strand);
        foreach (BackwardTask task in _strands.Tasks(strand))
        {
            for (int tile = task.Chunk; tile < _plan.Keys.Tiles; tile += _plan.Chunks)
            {
                (int Start, int End) keys = _plan.Keys.Queries(tile, Forward.KvLength);
                if (keys.Start < keys.End)
                    new BackwardTile<T, TVariant, TLanes, TScalar, TFloat, TInt>(in _context, in buffers, targets, task, keys).Run();
            }
        }
    }

    /// <summary>The gradients of queries first, then those of sinks, then those of captures.</summary>
    private void End(int task)
    {
        if (task < Heads)
        {
            if (_context.Needs(GradientKinds.Query))
                _context.QueryGradients.Write(task, in Forward, (T*)_context.Arguments.DQ);
        }
        else if (task < Heads + Forward.QHeads)
        {
            if (_context.Needs(GradientKinds.Sinks))
                SinkGradients.Write(in _context.Arguments, in _context.Rows, task - Heads);
        }
        else
        {
            _captures.Write(task - Heads - Forward.QHeads);
        }
    }
}
