namespace FlexAttention.Tests.RandomVariants;

/// <summary>The source of one random variant.</summary>
/// <param name="Seed">What it was drawn from.</param>
/// <param name="Name">The method's name.</param>
/// <param name="IsMask">Whether it is a mask method rather than a score method.</param>
/// <param name="Source">The method, attribute and all.</param>
internal sealed record RandomVariant(int Seed, string Name, bool IsMask, string Source)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}, seed {Seed}:\n{Source}";
}
