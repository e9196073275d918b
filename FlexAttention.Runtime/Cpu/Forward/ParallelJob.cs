using System.Runtime.ExceptionServices;

namespace FlexAttention.Cpu.Forward;

/// <summary>
/// Numbered tasks that the calling thread and threads of the pool take one after another. One object serves one call
/// after another, without an allocation.
/// </summary>
/// <remarks>
/// The caller waits for the threads that joined in, not for those that the pool never got round to start: calls from
/// within a busy pool would wait for each other. Such a latecomer finds the job closed, and hands it back for reuse.
/// </remarks>
internal abstract class ParallelJob : IThreadPoolWorkItem
{
    private readonly object _gate = new();
    private int _tasks;
    private int _next;
    private int _working;
    private int _holders;
    private bool _isOpen;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Runs all tasks and waits for the last one.</summary>
    /// <param name="tasks">Their number.</param>
    /// <param name="threads">The most threads to use, the calling one included.</param>
    protected void Run(int tasks, int threads)
    {
        int helpers = Math.Clamp(threads, 1, Math.Max(tasks, 1)) - 1;
        (_tasks, _next, _failure) = (tasks, 0, null);
        (_isOpen, _holders) = (true, helpers + 1);
        for (int i = 0; i < helpers; i++)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        WorkSafely();
        ExceptionDispatchInfo? failure = Close();
        Release();
        failure?.Throw();
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        if (TryJoin())
        {
            WorkSafely();
            Leave();
        }

        Release();
    }

    /// <summary>Runs tasks that <see cref="TryTake"/> gives, on one of the threads.</summary>
    protected abstract void Work();

    /// <summary>Makes the object available to the next call; no thread holds it any more.</summary>
    protected abstract void Recycle();

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

    private bool TryJoin()
    {
        lock (_gate)
        {
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

    private void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
            Recycle();
    }
}
