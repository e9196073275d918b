using System.Globalization;

namespace FlexAttention.Benchmarks.Suites.Tune;

/// <summary>
/// Tiles as words: <c>128x128,persistent,lazy</c> for the Hopper kernel, <c>128x64,warps=4,stages=1</c> for the other,
/// which is meant where warps are given.
/// </summary>
internal static class TileText
{
    public const string Syntax = "QUERIESxKEYS[,stages=N][,persistent][,lazy][,packed][,split], or with ,warps=N for the kernel of compute capability 8.0";

    private const int DefaultStages = 2;

    public static string Format(TileOverride tile)
    {
        string text = $"{tile.BlockM}x{tile.BlockN}";
        if (tile.Family == KernelFamily.Ampere)
            return $"{text},warps={tile.Warps},stages={tile.Stages}";
        return text
            + (tile.Stages == DefaultStages ? "" : $",stages={tile.Stages}")
            + (tile.Persistent ? ",persistent" : "")
            + (tile.LazyRescale ? ",lazy" : "")
            + (tile.PackHeads ? ",packed" : "")
            + (tile.SplitKeys ? ",split" : "");
    }

    /// <summary>Why a text is no tile; null where it is one.</summary>
    public static string? ErrorIn(string text)
    {
        try
        {
            Parse(text);
            return null;
        }
        catch (FormatException failure)
        {
            return failure.Message;
        }
    }

    /// <exception cref="FormatException">The text is no tile.</exception>
    public static TileOverride Parse(string text)
    {
        string[] words = text.Split(',');
        if (words[0].Split('x') is not [var queries, var keys])
            throw Malformed(text);
        TileOverride tile = TileOverride.Hopper(Number(queries, text), Number(keys, text), DefaultStages);
        foreach (string word in words.Skip(1))
            tile = With(tile, word.Split('='), text);
        return tile;
    }

    private static TileOverride With(TileOverride tile, string[] word, string text) => word switch
    {
        ["warps", var number] => tile with { Warps = Number(number, text), Family = KernelFamily.Ampere },
        ["stages", var number] => tile with { Stages = Number(number, text) },
        ["persistent"] => tile with { Persistent = true },
        ["lazy"] => tile with { LazyRescale = true },
        ["packed"] => tile with { PackHeads = true },
        ["split"] => tile with { SplitKeys = true },
        _ => throw Malformed(text),
    };

    private static int Number(string word, string text) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw Malformed(text);

    private static FormatException Malformed(string text) => new($"'{text}' is no tile: write {Syntax}.");
}
