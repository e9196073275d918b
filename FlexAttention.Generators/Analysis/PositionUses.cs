namespace FlexAttention.Generators.Analysis;

/// <summary>What a value knows of the pair that it is computed for, batch and head apart.</summary>
[Flags]
internal enum PositionUses : byte
{
    None = 0,

    /// <summary>The query.</summary>
    Query = 1,

    /// <summary>The key.</summary>
    Key = 2,

    /// <summary>How far apart the two are, and in which direction.</summary>
    Distance = 4,

    /// <summary>The score.</summary>
    Score = 8,
}
