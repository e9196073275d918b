namespace FlexAttention.Tests.Variants;

/// <summary>Every variant of the catalogue, for tests to enumerate.</summary>
public static class VariantCatalogue
{
    /// <summary>All variants.</summary>
    public static IReadOnlyList<VariantCase> All { get; } =
    [
        .. CausalMasks.Cases,
        .. WindowMasks.Cases,
        .. DocumentMasks.Cases,
        .. PositionBiases.Cases,
        .. Softcaps.Cases,
        .. NeighbourhoodMasks.Cases,
        .. MultimodalMasks.Cases,
        .. BlockPatterns.Cases,
        .. LoopPatterns.Cases,
    ];

    /// <summary>Those with a mask, which have block masks.</summary>
    public static IEnumerable<VariantCase> Masked => All.Where(variant => variant.Descriptor.HasMask);

    /// <summary>The variant of a name.</summary>
    public static VariantCase Find(string name) => All.Single(variant => variant.Name == name);
}
