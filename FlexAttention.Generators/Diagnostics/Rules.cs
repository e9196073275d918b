namespace FlexAttention.Generators.Diagnostics;

/// <summary>Everything that the generator reports. An id is never reused; each has a page under docs/diagnostics.</summary>
internal static partial class Rules
{
    private const string Category = "FlexAttention";

    private const string Pages = "docs/diagnostics/";

    /// <summary>An unexpected exception as an argument of <see cref="InternalError"/>: messages of diagnostics are one line.</summary>
    public static string Describe(Exception exception) =>
        $"{exception.GetType().Name}: {exception.Message}".Replace("\r", "").Replace('\n', ' ');
}
