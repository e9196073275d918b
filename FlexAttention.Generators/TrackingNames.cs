namespace FlexAttention.Generators;

/// <summary>The names of the pipeline's stages, by which tests ask why a stage ran.</summary>
internal static class TrackingNames
{
    /// <summary>Symbols to a model and diagnostics.</summary>
    public const string Parse = nameof(Parse);

    /// <summary>What is emitted from, apart from the diagnostics: a squiggle that moves emits nothing anew.</summary>
    public const string Input = nameof(Input);

    /// <summary>The emitted text.</summary>
    public const string Emit = nameof(Emit);

    /// <summary>The diagnostics alone.</summary>
    public const string Diagnostics = nameof(Diagnostics);
}
