using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>
/// Says which C# line the next statement came from, so that a message of the compiler leads there, and returns to the
/// unit's own lines afterwards.
/// </summary>
internal sealed class LineDirectives(SourceWriter writer, string unitName)
{
    private Origin _current;

    /// <summary>Announces a statement. Without an origin it is the unit's own.</summary>
    public void Enter(Origin origin)
    {
        if (origin.Line == 0)
            Leave();
        else if (origin != _current)
            writer.WriteDirective($"#line {origin.Line} {Quote(origin.FileName)}");
        if (origin.Line != 0)
            _current = origin with { Line = origin.Line + 1 };
    }

    /// <summary>Announces text that no C# stands behind.</summary>
    public void Leave()
    {
        if (_current.Line == 0)
            return;
        _current = default;
        writer.WriteDirective($"#line {writer.Line + 1} {Quote(unitName)}");
    }

    private static string Quote(string text) => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";
}
