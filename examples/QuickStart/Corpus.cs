using System.Text;
using System.Text.RegularExpressions;

namespace QuickStart;

/// <summary>Real documents, packed one after the other into one sequence of words.</summary>
/// <param name="Words">The words of all documents.</param>
/// <param name="Ids">For each word the number of its document.</param>
/// <param name="Documents">The number of documents.</param>
/// <param name="Bytes">The size of what was read.</param>
internal sealed partial record Corpus(string[] Words, int[] Ids, int Documents, long Bytes)
{
    private static readonly HashSet<string> Skipped = ["bin", "obj", "artifacts", "node_modules"];

    /// <summary>Reads the texts below a folder, in the order of their paths, until there are enough words.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="extensions">The extensions of texts, such as <c>.md</c>; none: every file that is text.</param>
    /// <param name="wordLimit">How many words are enough: the last document may be cut.</param>
    public static Corpus Read(string folder, IReadOnlySet<string> extensions, int wordLimit)
    {
        var words = new List<string>();
        var ids = new List<int>();
        int documents = 0;
        long bytes = 0;
        foreach (string path in Files(folder, extensions))
        {
            if (words.Count == wordLimit)
                break;
            byte[] content = File.ReadAllBytes(path);
            if (!TryDecode(content, out string text))
                continue;
            int before = words.Count;
            words.AddRange(Word().Matches(text).Take(wordLimit - before).Select(match => match.Value));
            if (words.Count == before)
                continue;
            ids.AddRange(Enumerable.Repeat(documents++, words.Count - before));
            bytes += content.Length;
        }

        return new Corpus([.. words], [.. ids], documents, bytes);
    }

    private static IEnumerable<string> Files(string folder, IReadOnlySet<string> extensions)
    {
        IEnumerable<string> files = Directory.EnumerateFiles(folder)
            .Where(path => extensions.Count == 0 || extensions.Contains(Path.GetExtension(path)))
            .Order(StringComparer.Ordinal);
        IEnumerable<string> folders = Directory.EnumerateDirectories(folder)
            .Where(path => Path.GetFileName(path) is var name && !name.StartsWith('.') && !Skipped.Contains(name))
            .Order(StringComparer.Ordinal);
        return files.Concat(folders.SelectMany(inner => Files(inner, extensions)));
    }

    private static bool TryDecode(byte[] content, out string text)
    {
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(content);
            return !text.Contains('\0', StringComparison.Ordinal);
        }
        catch (DecoderFallbackException)
        {
            text = "";
            return false;
        }
    }

    /// <summary>A word or a number; punctuation is left out.</summary>
    [GeneratedRegex(@"\p{L}+|\p{N}+")]
    private static partial Regex Word();
}
