namespace FlexAttention.Generators.Analysis;

/// <summary>Which pairs read the same element of a capture.</summary>
internal enum ElementReach : byte
{
    /// <summary>All of a head: its indices depend on nothing but batch and head.</summary>
    Head,

    /// <summary>Those of a query.</summary>
    Query,

    /// <summary>Those of a key.</summary>
    Key,

    /// <summary>Those whose query and key are equally far apart.</summary>
    Distance,

    /// <summary>Any.</summary>
    Pair,
}
