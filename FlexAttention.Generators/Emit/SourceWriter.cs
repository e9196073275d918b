using System.Text;

namespace FlexAttention.Generators.Emit;

/// <summary>Where a block's opening brace goes.</summary>
internal enum BraceStyle : byte
{
    /// <summary>On a line of its own, as in C#.</summary>
    OwnLine,

    /// <summary>At the end of the header's line, as in the kernels.</summary>
    SameLine,
}

/// <summary>Writes indented source text. Lines end in <c>\n</c> on every platform: the text is part of cache keys.</summary>
internal sealed class SourceWriter(int indentSize, BraceStyle braces)
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>The 1-based number of the line that is written next.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>A writer of C#.</summary>
    public static SourceWriter CSharp() => new(4, BraceStyle.OwnLine);

    /// <summary>A writer of CUDA C++.</summary>
    public static SourceWriter Cuda() => new(2, BraceStyle.SameLine);

    /// <summary>Ends a line without text: no indentation is left behind.</summary>
    public void WriteLine() => EndLine();

    /// <summary>Writes text at the current indentation. Text of several lines is indented line by line.</summary>
    public void WriteLine(string text)
    {
        foreach (string line in text.Replace("\r\n", "\n").Split('\n'))
        {
            if (line.Length > 0)
                _text.Append(' ', _depth * indentSize).Append(line);
            EndLine();
        }
    }

    /// <summary>Writes each of the texts as lines.</summary>
    public void WriteLines(IEnumerable<string> texts)
    {
        foreach (string text in texts)
            WriteLine(text);
    }

    /// <summary>Writes a line at the margin: a preprocessor directive.</summary>
    public void WriteDirective(string text)
    {
        _text.Append(text);
        EndLine();
    }

    /// <summary>Opens a braced block; disposing the result closes it.</summary>
    /// <param name="header">What stands before the brace; empty for a bare block.</param>
    /// <param name="end">What closes it, such as <c>};</c>.</param>
    public IDisposable Block(string header, string end = "}")
    {
        bool sameLine = braces == BraceStyle.SameLine && header.Length > 0;
        if (!sameLine && header.Length > 0)
            WriteLine(header);
        WriteLine(sameLine ? header + " {" : "{");
        _depth++;
        return new Scope(this, end);
    }

    /// <summary>Indents without braces: continued lines, labels.</summary>
    public IDisposable Indent()
    {
        _depth++;
        return new Scope(this, end: null);
    }

    public override string ToString() => _text.ToString();

    private void EndLine()
    {
        _text.Append('\n');
        Line++;
    }

    private sealed class Scope(SourceWriter writer, string? end) : IDisposable
    {
        private bool _closed;

        public void Dispose()
        {
            if (_closed)
                return;
            _closed = true;
            writer._depth--;
            if (end is not null)
                writer.WriteLine(end);
        }
    }
}
