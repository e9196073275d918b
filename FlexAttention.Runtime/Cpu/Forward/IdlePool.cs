namespace FlexAttention.Cpu.Forward;

/// <summary>Objects that no call uses at the moment; more than it has room for are left to the collector.</summary>
internal sealed class IdlePool<TItem>(int capacity)
    where TItem : class
{
    private readonly TItem?[] _slots = new TItem?[capacity];

    /// <summary>Takes an object, if there is one.</summary>
    public TItem? TryTake()
    {
        for (int i = 0; i < _slots.Length; i++)
        {
            if (_slots[i] is not null && Interlocked.Exchange(ref _slots[i], null) is { } item)
                return item;
        }

        return null;
    }

    /// <summary>Gives an object back.</summary>
    public void Return(TItem item)
    {
        for (int i = 0; i < _slots.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _slots[i], item, null) is null)
                return;
        }
    }
}
