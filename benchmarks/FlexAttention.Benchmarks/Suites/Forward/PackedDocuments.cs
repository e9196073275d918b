namespace FlexAttention.Benchmarks.Suites.Forward;

/// <summary>Twelve documents of uneven length in one sequence.</summary>
internal static class PackedDocuments
{
    /// <summary>Where each starts, in thousandths of the sequence. peers.py has the same.</summary>
    private static readonly int[] Starts = [0, 34, 151, 198, 287, 411, 437, 560, 633, 702, 866, 925];

    /// <summary>The number of each token's document.</summary>
    public static int[] Ids(int length)
    {
        var ids = new int[length];
        foreach (int start in Starts.Skip(1))
        {
            for (int token = (int)((long)start * length / 1000); token < length; token++)
                ids[token]++;
        }

        return ids;
    }
}
