using FlexAttention.Masking;

namespace FlexAttention;

/// <summary>
/// Keeps block masks for callers that need the same one again and again: <see cref="BlockMaskOptions.Cache"/>. A mask is found by its
/// variant, lengths, batch size, heads, block sizes, device, and by what its captures hold: the elements of tensors on the
/// CPU, or <see cref="BlockMaskOptions.CaptureVersion"/>.
/// </summary>
/// <remarks>
/// The masks are the cache's: disposing one does nothing, and disposing the cache frees them all. Safe to use from many threads.
/// </remarks>
public sealed class BlockMaskCache : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<BlockMaskKey, LinkedListNode<(BlockMaskKey Key, BlockMask Mask)>> _masks = [];
    private readonly LinkedList<(BlockMaskKey Key, BlockMask Mask)> _byUse = [];
    private readonly int _capacity;
    private bool _disposed;

    /// <summary>An empty cache.</summary>
    /// <param name="capacity">The most masks that it keeps; one more, and it forgets the one that was not used for longest.</param>
    public BlockMaskCache(int capacity = 32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
    }

    /// <summary>The number of masks that it keeps.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _masks.Count;
        }
    }

    /// <summary>Frees all masks. None of them may be in use.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            foreach ((_, BlockMask mask) in _byUse)
                mask.Free();
            _masks.Clear();
            _byUse.Clear();
        }
    }

    /// <summary>Frees all masks. None of them may be in use.</summary>
    public void Dispose()
    {
        lock (_gate)
            _disposed = true;
        Clear();
    }

    /// <summary>The mask of a key. Where two threads need a new one at a time, one creates it and the other waits.</summary>
    internal BlockMask GetOrCreate(BlockMaskKey key, Func<BlockMask> create)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_masks.TryGetValue(key, out LinkedListNode<(BlockMaskKey Key, BlockMask Mask)>? found))
            {
                _byUse.Remove(found);
                _byUse.AddFirst(found);
                return found.Value.Mask;
            }

            BlockMask mask = create();
            _masks[key] = _byUse.AddFirst((key, mask));
            if (_masks.Count > _capacity)
                Forget();
            return mask;
        }
    }

    /// <summary>A call may still use the mask: its memory is left to the collector.</summary>
    private void Forget()
    {
        _masks.Remove(_byUse.Last!.Value.Key);
        _byUse.RemoveLast();
    }
}
