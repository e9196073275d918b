using FlexAttention.Descriptors;

namespace FlexAttention;

/// <summary>Questions about sets of flags. Unlike <see cref="Enum.HasFlag"/> these allocate nothing, also in code that was not optimised yet.</summary>
internal static class FlagSets
{
    /// <summary>Whether a set has any of some kinds.</summary>
    public static bool HasAny(this GradientKinds kinds, GradientKinds some) => (kinds & some) != 0;

    /// <summary>Whether a set has any of some positions.</summary>
    public static bool HasAny(this IndexDependence positions, IndexDependence some) => (positions & some) != 0;
}
