namespace FlexAttention;

/// <summary>The gradients that a backward call computes.</summary>
[Flags]
public enum GradientKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Of the queries.</summary>
    Query = 1,

    /// <summary>Of the keys.</summary>
    Key = 2,

    /// <summary>Of the values.</summary>
    Value = 4,

    /// <summary>Of the sinks, where the call has some.</summary>
    Sinks = 8,

    /// <summary>Of the captures marked <see cref="LearnableAttribute"/>.</summary>
    Captures = 16,

    /// <summary>Of everything.</summary>
    All = Query | Key | Value | Sinks | Captures,
}
