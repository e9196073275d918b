namespace FlexAttention.Masking;

/// <summary>Neighbouring blocks.</summary>
/// <param name="First">The first.</param>
/// <param name="End">The one behind the last.</param>
internal readonly record struct BlockRun(int First, int End)
{
    public int Length => End - First;
}
