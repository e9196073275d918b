using System.Runtime.ExceptionServices;

namespace FlexAttention.Cpu.Forward;

/// <summary>
/// Numbered tasks that the calling thread and threads of the pool take one after another. One object serves one call
/// after another, without an allocation.
/// </summary>
/// <remarks>
/// The caller waits for the threads that joined in, not for those that the pool has not got round to start: calls from
/// within a busy pool would wait for each other. Such a latecomer joins the call that it finds under way, if any.
/// </remarks>
internal abstract class ParallelJob : IThreadPoolWorkItem
{
    private readonly object _gate = new();
    private int _tasks;
    private int _next;
    private ExceptionDispatchInfo? _failure;

    // Guarded by the gate.
    private bool _isOpen;
    private int _working;
    private int _latecomers;

    /// <summary>Runs all tasks and waits for the last one.</summary>
    /// <param name="tasks">Their number.</param>
    /// <param name="threads">The most threads to use, the calling one included.</param>
    protected void Run(int tasks, int threads)
    {
        for (int missing = Open(tasks, Math.Min(threads, tasks) - 1); missing > 0; missing--)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        WorkSafely();
        Close()?.Throw();
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        if (!TryJoin())
            return;
        WorkSafely();
        Leave();
    }

    /// <summary>Runs tasks that <see cref="TryTake"/> gives, on one of the threads.</summary>
    protected abstract void Work();

    /// <summary>Takes the next task.</summary>
    protected bool TryTake(out int task)
    {
        task = Interlocked.Increment(ref _next) - 1;
        return task < _tasks;
    }

    private void WorkSafely()
    {
        try
        {
            Work();
        }
        catch (Exception exception)
        {
            // A thread of the pool has no one to throw to: the caller does it.
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }

    /// <summary>Starts a call; returns how many threads are to be asked for help, beside those asked earlier.</summary>
    private int Open(int tasks, int helpers)
    {
        lock (_gate)
        {
            (_tasks, _next, _failure, _isOpen) = (tasks, 0, null, true);
            int missing = Math.Max(0, helpers - _latecomers);
            _latecomers += missing;
            return missing;
        }
    }

    private bool TryJoin()
    {
        lock (_gate)
        {
            _latecomers--;
            _working += _isOpen ? 1 : 0;
            return _isOpen;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            _working--;
            Monitor.Pulse(_gate);
        }
    }

    private ExceptionDispatchInfo? Close()
    {
        lock (_gate)
        {
            _isOpen = false;
            while (_working > 0)
                Monitor.Wait(_gate);
            return _failure;
        }
    }
}
