using System.Text;
using FlexAttention;

namespace QuickStart;

/// <summary>
/// Turns words into queries, keys and values by a fixed rule instead of learned weights: a vector drawn from the word's
/// bytes. Queries and keys of the same word are alike, so every word looks for its earlier occurrences.
/// </summary>
internal static class WordEmbedding
{
    /// <summary>The tensor of one role, [1, heads, words, headDim].</summary>
    /// <param name="words">The sequence.</param>
    /// <param name="role">Tells queries and keys (the same) from values.</param>
    /// <param name="heads">The number of heads, each with vectors of its own.</param>
    /// <param name="headDim">The number of elements of a vector.</param>
    /// <param name="device">Where the tensor shall be.</param>
    public static DeviceTensor<T> Embed<T>(string[] words, int role, int heads, int headDim, Device device)
        where T : unmanaged
    {
        var items = new T[heads * words.Length * headDim];
        for (int h = 0; h < heads; h++)
        {
            for (int i = 0; i < words.Length; i++)
                Draw(Seed(words[i], (role * heads) + h), items.AsSpan(((h * words.Length) + i) * headDim, headDim));
        }

        return DeviceTensor<T>.From(items, [1, heads, words.Length, headDim], device);
    }

    /// <summary>A hash (FNV-1a) of a word's bytes and a number: the same on every machine.</summary>
    private static ulong Seed(string word, int number)
    {
        ulong hash = 14695981039346656037 ^ (ulong)number;
        foreach (byte item in Encoding.UTF8.GetBytes(word))
            hash = (hash ^ item) * 1099511628211;
        return hash;
    }

    /// <summary>Numbers from -1 to 1 by the generator SplitMix64.</summary>
    private static void Draw<T>(ulong state, Span<T> vector)
        where T : unmanaged
    {
        foreach (ref T element in vector)
        {
            state += 0x9E3779B97F4A7C15;
            ulong bits = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
            element = Element<T>(((bits >> 40) / (float)(1 << 23)) - 1);
        }
    }

    private static T Element<T>(float value)
        where T : unmanaged =>
        typeof(T) == typeof(BFloat16) ? (T)(object)(BFloat16)value : (T)(object)value;
}
