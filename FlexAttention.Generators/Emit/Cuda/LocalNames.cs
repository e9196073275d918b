namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>Hands out the names of values and counters, so that none hides another.</summary>
internal sealed class LocalNames(int firstValue)
{
    private int _nextValue = firstValue;
    private int _nextCounter;

    public string NextValue() => "v" + _nextValue++;

    public string NextCounter() => "i" + _nextCounter++;
}
