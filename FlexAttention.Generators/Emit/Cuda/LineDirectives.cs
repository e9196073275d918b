using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>
/// Says which C# line the next statement came from, so that a message of the compiler leads there, and returns to the
/// unit's own lines afterwards.
/// </summary>
internal sealed class LineDirectives(SourceWriter writer, string unitName)
{
    private Origin _start;
    private int _startLine;

    /// <summary>Announces a statement. Without an origin it is the unit's own.</summary>
    public void Enter(Origin origin)
    {
        if (origin.Line == 0)
        {
            Leave();
        }
        else if (!IsAt(origin))
        {
            writer.WriteDirective($"#line {origin.Line} {Quote(origin.FileName)}");
            (_start, _startLine) = (origin, writer.Line);
        }
    }

    /// <summary>Announces text that no C# stands behind.</summary>
    public void Leave()
    {
        if (_start.Line == 0)
            return;
        _start = default;
        writer.WriteDirective($"#line {writer.Line + 1} {Quote(unitName)}");
    }

    /// <summary>Whether the compiler takes the next line for that of the origin anyway.</summary>
    private bool IsAt(Origin origin) =>
        _start.Line != 0
        && origin.FileName == _start.FileName
        && origin.Line - _start.Line == writer.Line - _startLine;

    private static string Quote(string text) => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";
}
