namespace FlexAttention.Benchmarks.Problems;

/// <summary>Documents of uneven length in one sequence.</summary>
internal static class PackedDocuments
{
    /// <summary>Where each of twelve documents starts, in thousandths of the sequence.</summary>
    private static readonly int[] Twelve = [0, 34, 151, 198, 287, 411, 437, 560, 633, 702, 866, 925];

    /// <summary>The first token of each of twelve documents.</summary>
    public static int[] TwelveStarts(int length) => [.. Twelve.Select(start => (int)((long)start * length / 1000))];

    /// <summary>The first token of each of many documents, whose lengths differ by up to 30 % from the mean.</summary>
    public static int[] Starts(int documents, int length)
    {
        double[] weights = [.. Enumerable.Range(0, documents).Select(document => 1 + (0.3 * Math.Sin(2.4 * document)))];
        double total = weights.Sum(), before = 0;
        var starts = new int[documents];
        for (int document = 0; document < documents; document++)
        {
            starts[document] = (int)(before / total * length);
            before += weights[document];
        }

        return starts;
    }

    /// <summary>The number of each token's document, from the documents' first tokens.</summary>
    public static int[] Ids(int[] starts, int length)
    {
        var ids = new int[length];
        for (int document = 0; document < starts.Length; document++)
        {
            int end = document + 1 < starts.Length ? starts[document + 1] : length;
            ids.AsSpan(starts[document]..end).Fill(document);
        }

        return ids;
    }

    /// <summary>The tokens of each document.</summary>
    public static IEnumerable<int> Lengths(int[] starts, int length) =>
        starts.Zip(starts.Skip(1).Append(length), (start, end) => end - start);
}
