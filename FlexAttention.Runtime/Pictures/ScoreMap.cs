using BigGustave;
using FlexAttention.Descriptors;
using FlexAttention.Pictures;

namespace FlexAttention;

/// <summary>
/// What a variant makes of one and the same score at every (query, key) pair of one batch and head, and which pairs its mask
/// rejects: the shape of a variant at a glance. Made by a kernel class's <c>CreateScoreMap</c>.
/// </summary>
/// <remarks>Of more than 1024 queries or keys some stand for all, the same distance apart.</remarks>
public sealed class ScoreMap
{
    /// <summary>The largest number of queries, and of keys, that a map has.</summary>
    private const int LargestSide = 1024;

    private readonly float[,] _scores;

    private ScoreMap(string name, float[,] scores, int step)
    {
        Name = name;
        Step = step;
        _scores = scores;
        (Lowest, Highest) = Range(scores);
    }

    /// <summary>The variant's name.</summary>
    public string Name { get; }

    /// <summary>The distance between neighbouring queries of the map, and between neighbouring keys.</summary>
    public int Step { get; }

    /// <summary>The number of queries of the map.</summary>
    public int Queries => _scores.GetLength(0);

    /// <summary>The number of keys of the map.</summary>
    public int Keys => _scores.GetLength(1);

    /// <summary>The lowest finite score; 0 if there is none.</summary>
    public float Lowest { get; }

    /// <summary>The highest finite score; 0 if there is none.</summary>
    public float Highest { get; }

    /// <summary>The score that one pair of the map gets: negative infinity where the mask rejects it.</summary>
    /// <param name="query">The query's position in the map.</param>
    /// <param name="key">The key's position in the map.</param>
    public float this[int query, int key] => _scores[query, key];

    /// <summary>Evaluates a variant. Called by generated code.</summary>
    /// <param name="variant">The variant, its captures bound on the CPU.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="head">The query head.</param>
    /// <param name="queryLength">The number of queries.</param>
    /// <param name="keyLength">The number of keys.</param>
    /// <param name="score">The score that enters at every pair.</param>
    public static ScoreMap Create<TVariant>(
        in TVariant variant, int batch, int head, int queryLength, int keyLength, float score = 0)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfNegative(head);
        ArgumentOutOfRangeException.ThrowIfNegative(queryLength);
        ArgumentOutOfRangeException.ThrowIfNegative(keyLength);
        int step = Math.Max(1, Rounding.CeilingDivide(Math.Max(queryLength, keyLength), LargestSide));
        float[,] scores = ScoreSampler.Sample(in variant, batch, head, queryLength, keyLength, score, step);
        return new ScoreMap(TVariant.Descriptor.Name, scores, step);
    }

    /// <summary>
    /// The map as an SVG image, queries downwards: from the lowest score, dark blue, over green to the highest, yellow;
    /// rejected pairs are grey.
    /// </summary>
    public string ToSvg() => HeatMapSvg.Write(this);

    /// <summary>Saves the picture of <see cref="ToSvg"/> as a PNG file.</summary>
    public void SavePng(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream file = File.Create(path);
        SavePng(file);
    }

    /// <summary>Writes the picture of <see cref="ToSvg"/> as a PNG image.</summary>
    public void SavePng(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        PngBuilder png = HeatMapPng.Write(this);
        png.Save(stream);
    }

    private static (float Lowest, float Highest) Range(float[,] scores)
    {
        float lowest = float.PositiveInfinity, highest = float.NegativeInfinity;
        foreach (float score in scores)
        {
            if (float.IsFinite(score))
                (lowest, highest) = (Math.Min(lowest, score), Math.Max(highest, score));
        }

        return lowest <= highest ? (lowest, highest) : (0, 0);
    }
}
