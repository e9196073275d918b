namespace FlexAttention.Tests.Variants;

/// <summary>Arrays of random numbers, to capture: floating-point ones lie between -1 and 1.</summary>
internal static class RandomArrays
{
    public static float NextSigned(this Random random) => (random.NextSingle() * 2) - 1;

    public static float[] Floats(this Random random, int length)
    {
        var items = new float[length];
        foreach (ref float item in items.AsSpan())
            item = random.NextSigned();
        return items;
    }

    public static float[,] Floats(this Random random, int length0, int length1)
    {
        var items = new float[length0, length1];
        foreach ((int i, int j) in Indices(length0, length1))
            items[i, j] = random.NextSigned();
        return items;
    }

    public static float[,,,] Floats(this Random random, int length0, int length1, int length2, int length3)
    {
        var items = new float[length0, length1, length2, length3];
        foreach ((int i, int j) in Indices(length0, length1))
        {
            foreach ((int k, int l) in Indices(length2, length3))
                items[i, j, k, l] = random.NextSigned();
        }

        return items;
    }

    public static Half[,] Halves(this Random random, int length0, int length1)
    {
        var items = new Half[length0, length1];
        foreach ((int i, int j) in Indices(length0, length1))
            items[i, j] = (Half)random.NextSigned();
        return items;
    }

    public static Half[,,] Halves(this Random random, int length0, int length1, int length2)
    {
        var items = new Half[length0, length1, length2];
        for (int i = 0; i < length0; i++)
        {
            foreach ((int j, int k) in Indices(length1, length2))
                items[i, j, k] = (Half)random.NextSigned();
        }

        return items;
    }

    /// <summary>Four in five are true.</summary>
    public static bool[,] Flags(this Random random, int length0, int length1)
    {
        var items = new bool[length0, length1];
        foreach ((int i, int j) in Indices(length0, length1))
            items[i, j] = random.Next(5) > 0;
        return items;
    }

    /// <summary>Whole numbers from <paramref name="low"/> up to, not including, <paramref name="high"/>.</summary>
    public static int[] Integers(this Random random, int length, int low, int high)
    {
        var items = new int[length];
        foreach (ref int item in items.AsSpan())
            item = random.Next(low, high);
        return items;
    }

    /// <summary>Runs of random length that follow each other, as one identifier a position: 0, 0, 0, 1, 1, 2, ...</summary>
    public static int[] Runs(this Random random, int length, int longest)
    {
        var ids = new int[length];
        for (int start = 0, id = 0; start < length; id++)
        {
            int end = Math.Min(start + random.Next(1, longest + 1), length);
            ids.AsSpan(start..end).Fill(id);
            start = end;
        }

        return ids;
    }

    private static IEnumerable<(int Row, int Column)> Indices(int rows, int columns)
    {
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                yield return (i, j);
        }
    }
}
