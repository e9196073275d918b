namespace FlexAttention.Generators.Analysis;

/// <summary>How often a kernel computes a value.</summary>
internal enum Stage : byte
{
    /// <summary>Once for a tile: it depends on nothing but batch, head, captures and the scale.</summary>
    Head,

    /// <summary>Once for a row: it also depends on the query.</summary>
    Row,

    /// <summary>Once for a column: it also depends on the key.</summary>
    Column,

    /// <summary>For every pair.</summary>
    Element,
}
