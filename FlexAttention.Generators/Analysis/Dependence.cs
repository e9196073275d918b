namespace FlexAttention.Generators.Analysis;

/// <summary>
/// What a value depends on. The bits are those of the runtime's <c>IndexDependence</c>. Captures and the scale are the
/// same for all pairs, so they are no dependence.
/// </summary>
[Flags]
internal enum Dependence : byte
{
    None = 0,
    Batch = 1,
    Head = 2,
    Query = 4,
    Key = 8,
    Score = 16,
}
