namespace FlexAttention;

/// <summary>Questions about sets of kinds.</summary>
internal static class GradientKindSets
{
    /// <summary>Whether a set has any of some kinds. Unlike <see cref="Enum.HasFlag"/> it never allocates.</summary>
    public static bool HasAny(this GradientKinds kinds, GradientKinds some) => (kinds & some) != 0;
}
