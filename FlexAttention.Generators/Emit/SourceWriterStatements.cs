namespace FlexAttention.Generators.Emit;

/// <summary>Writing text that another writer has written.</summary>
internal static class SourceWriterStatements
{
    /// <summary>Writes whole lines, of which there may be none, at the current indentation.</summary>
    public static void WriteStatements(this SourceWriter writer, string lines)
    {
        if (lines.Length > 0)
            writer.WriteLine(lines.EndsWith("\n", StringComparison.Ordinal) ? lines.Substring(0, lines.Length - 1) : lines);
    }
}
