using System.Text;

namespace FlexAttention.Tests.RandomVariants;

/// <summary>
/// Writes random score and mask methods. They use much of the language, never throw when called as C#, and keep to
/// comparisons and conversions of numbers that every target computes exactly: functions such as sine differ in their last
/// place, which a comparison would turn into another answer.
/// </summary>
internal sealed partial class RandomVariantWriter
{
    /// <summary>The length of both captured buffers; indices are cut to it by <c>&amp;</c>.</summary>
    public const int TableLength = 64;

    /// <summary>What every mask captures.</summary>
    private const string MaskParameters =
        "int b, int h, int q, int kv, int n, float x, bool flag, ReadOnlySpan<int> ids, ReadOnlySpan2D<float> table";

    /// <summary>What every score captures: the floats learn.</summary>
    private const string ScoreParameters =
        "int b, int h, int q, int kv, int n, [Learnable] float x, bool flag, ReadOnlySpan<int> ids, [Learnable] ReadOnlySpan2D<float> table";

    private readonly Random _random;
    private readonly StringBuilder _text = new();
    private readonly List<string> _ints = ["b", "h", "q", "kv", "n"];
    private readonly List<string> _floats = ["x"];
    private readonly List<string> _bools = ["flag"];
    private readonly List<string> _assignableInts = [];
    private readonly List<string> _assignableFloats = [];
    private readonly bool _isMask;
    private int _locals;

    private RandomVariantWriter(int seed)
    {
        _random = new Random(seed);
        _isMask = Chance(0.4);
        if (!_isMask)
            _floats.Add("score");
    }

    /// <summary>Writes the method of a seed.</summary>
    public static RandomVariant Write(int seed)
    {
        var writer = new RandomVariantWriter(seed);
        string name = $"V{seed}";
        writer.WriteMethod(name);
        return new RandomVariant(seed, name, writer._isMask, writer._text.ToString());
    }

    /// <summary>A file with the variants and the helpers that they call.</summary>
    public static string File(IEnumerable<RandomVariant> variants) =>
        $$"""
        using System;
        using FlexAttention;

        public static partial class RandomMethods
        {
            private enum Mode { Low, Middle, High }

            private static int Mix(int a, int c) => (a * 31) ^ (c >> 3);

            private static float Soft(float a) => MathF.Tanh(a * 0.5f);

            private static (int Least, int Most) Order(int a, int c) => a < c ? (a, c) : (c, a);

            private static T Pick<T>(bool condition, T yes, T no) => condition ? yes : no;

            private static Mode ModeOf(int a) => (a & 7) switch { 0 => Mode.Low, < 4 => Mode.Middle, _ => Mode.High };

        {{string.Join("\n", variants.Select(variant => variant.Source))}}
        }
        """;

    private void WriteMethod(string name)
    {
        Line(1, "[AttentionVariant]");
        Line(1, _isMask
            ? $"public static partial bool {name}({MaskParameters})"
            : $"public static partial float {name}(float score, {ScoreParameters})");
        Line(1, "{");
        // Branches and loops need something to change.
        WriteInt(2);
        int statements = _random.Next(2, 7);
        for (int i = 0; i < statements; i++)
            WriteStatement(2);
        // What learns has some part in every score.
        Line(2, _isMask ? $"return {Bool(3)};" : $"return score * (1 + x / 64) + table[q & 63, kv & 63] + 8 * Soft({Float(3)});");
        Line(1, "}");
    }

    private void Line(int depth, string text) => _text.Append(' ', 4 * depth).Append(text).Append('\n');

    private bool Chance(double probability) => _random.NextDouble() < probability;

    private string Pick(List<string> names) => names[_random.Next(names.Count)];

    private string OneOf(params ReadOnlySpan<string> choices) => choices[_random.Next(choices.Length)];
}
