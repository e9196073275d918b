namespace FlexAttention.Cpu.Forward;

/// <summary>Keys of a tile that lie side by side.</summary>
/// <param name="Start">The first key, counted from the tile's first.</param>
/// <param name="End">The key behind the last one.</param>
internal readonly record struct KeySpan(int Start, int End)
{
    public int Count => End - Start;

    public bool IsEmpty => End <= Start;
}
