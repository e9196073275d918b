using FlexAttention.Execution;

namespace FlexAttention.Cpu.Forward;

/// <summary>A run of keys that a tile of queries visits.</summary>
/// <param name="Start">The first key.</param>
/// <param name="End">The key behind the last one.</param>
/// <param name="IsMasked">Whether the mask must be applied.</param>
internal readonly record struct KeyRun(int Start, int End, bool IsMasked);

/// <summary>
/// Walks the keys that one block of queries visits: all of them, or the blocks that a block mask lists, of which
/// neighbours are joined.
/// </summary>
internal unsafe ref struct KeyRuns
{
    private readonly ref readonly ForwardArguments _arguments;
    private readonly int _row;
    private int* _next;
    private int* _end;
    private bool _isFull;

    /// <summary>The partial blocks of a row of the block mask first, then its full ones.</summary>
    public KeyRuns(ref readonly ForwardArguments arguments, int b, int h, int q)
    {
        _arguments = ref arguments;
        BlockMaskExtents mask = arguments.Mask;
        int rows = Rounding.CeilingDivide(arguments.QLength, mask.QueryBlock);
        int head = mask.Heads == 1 ? 0 : h;
        _row = ((((mask.Batch == 1 ? 0 : b) * mask.Heads) + head) * rows) + (q / mask.QueryBlock);
        Open(arguments.Blocks.PartialRanges, arguments.Blocks.PartialIndices);
    }

    /// <summary>Finds the next run, if there is one.</summary>
    public bool TryNext(out KeyRun run)
    {
        if (_next == _end && !_isFull)
        {
            _isFull = true;
            Open(_arguments.Blocks.FullRanges, _arguments.Blocks.FullIndices);
        }

        if (_next == _end)
        {
            run = default;
            return false;
        }

        int first = *_next++, last = first;
        while (_next != _end && *_next == last + 1)
            last = *_next++;
        long block = _arguments.Mask.KeyBlock;
        run = new KeyRun((int)(first * block), (int)Math.Min((last + 1) * block, _arguments.KvLength), !_isFull);
        return true;
    }

    private void Open(int* ranges, int* indices)
    {
        _next = indices + ranges[2L * _row];
        _end = indices + ranges[(2L * _row) + 1];
    }
}
