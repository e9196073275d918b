using System.Text;
using System.Text.RegularExpressions;

namespace QuickStart;

/// <summary>Real documents, packed one after the other into one sequence of words.</summary>
/// <param name="Words">The words of all documents.</param>
/// <param name="Ids">For each word the number of its document.</param>
/// <param name="Documents">The number of documents.</param>
/// <param name="Bytes">The size of the documents, of a very long one as far as it was read.</param>
internal sealed partial record Corpus(string[] Words, int[] Ids, int Documents, long Bytes)
{
    /// <summary>How much of a file is read: enough for all words, and no harm to memory.</summary>
    private const int CharacterLimit = 1 << 20;

    private static readonly HashSet<string> Skipped = ["bin", "obj", "artifacts", "node_modules"];

    /// <summary>Links could lead around in a circle.</summary>
    private static readonly EnumerationOptions NoLinks = new()
    {
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

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
            if (ReadText(path) is not { } text)
                continue;
            int before = words.Count;
            words.AddRange(Word().Matches(text).Take(wordLimit - before).Select(match => match.Value));
            if (words.Count == before)
                continue;
            ids.AddRange(Enumerable.Repeat(documents++, words.Count - before));
            bytes += Encoding.UTF8.GetByteCount(text);
        }

        return new Corpus([.. words], [.. ids], documents, bytes);
    }

    private static IEnumerable<string> Files(string folder, IReadOnlySet<string> extensions)
    {
        IEnumerable<string> files = Directory.EnumerateFiles(folder, "*", NoLinks)
            .Where(path => extensions.Count == 0 || extensions.Contains(Path.GetExtension(path)))
            .Order(StringComparer.Ordinal);
        IEnumerable<string> folders = Directory.EnumerateDirectories(folder, "*", NoLinks)
            .Where(path => Path.GetFileName(path) is var name && !name.StartsWith('.') && !Skipped.Contains(name))
            .Order(StringComparer.Ordinal);
        return files.Concat(folders.SelectMany(inner => Files(inner, extensions)));
    }

    /// <summary>The start of a file's text, or null where the file cannot be read or is no text.</summary>
    private static string? ReadText(string path)
    {
        try
        {
            using var reader = new StreamReader(path, Utf8, detectEncodingFromByteOrderMarks: false);
            var text = new char[CharacterLimit];
            int length = reader.ReadBlock(text);
            return text.AsSpan(0, length).Contains('\0') ? null : new string(text, 0, length);
        }
        catch (Exception failure) when (failure is DecoderFallbackException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A word or a number; punctuation is left out.</summary>
    [GeneratedRegex(@"\p{L}+|\p{N}+")]
    private static partial Regex Word();
}
