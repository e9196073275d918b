using System.Text.RegularExpressions;

namespace FlexAttention.Generators.Emit.Stubs;

/// <summary>Writes text as a raw string literal, so that a kernel can be read where it is stored.</summary>
internal static class RawString
{
    /// <summary>Writes <c>{start}"""…"""{end}</c> with as many quotes as the text makes necessary.</summary>
    public static void Write(SourceWriter writer, string start, string text, string end)
    {
        int longestRun = Regex.Matches(text, "\"+").Cast<Match>().Select(static match => match.Length).DefaultIfEmpty().Max();
        var quotes = new string('"', Math.Max(3, longestRun + 1));
        writer.WriteLine(start);
        using (writer.Indent())
        {
            writer.WriteLine(quotes);
            writer.WriteLine(text.TrimEnd('\n'));
            writer.WriteLine(quotes + end);
        }
    }
}
