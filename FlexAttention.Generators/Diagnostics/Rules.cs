namespace FlexAttention.Generators.Diagnostics;

/// <summary>Everything that the generator reports. An id is never reused; each has a page under docs/diagnostics.</summary>
internal static partial class Rules
{
    private const string Category = "FlexAttention";

    private const string Pages = "docs/diagnostics/";
}
