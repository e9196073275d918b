namespace FlexAttention.Masking;

/// <summary>Which values a condition takes over a rectangle of pairs. Called by generated code.</summary>
[Flags]
public enum Truth : byte
{
    /// <summary>It is false somewhere.</summary>
    False = 1,

    /// <summary>It is true somewhere.</summary>
    True = 2,

    /// <summary>It may be either.</summary>
    Unknown = False | True,
}
