using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>The derivatives by elements that pairs of one kind share, which a kernel adds up before it writes.</summary>
/// <param name="Reach">Which pairs share an element.</param>
/// <param name="Noun">What the shared place is called in names.</param>
/// <param name="Parameter">The parameter that says which place: empty for the head, which is always known.</param>
/// <param name="Argument">What a pair passes for it.</param>
/// <param name="Items">The derivatives.</param>
internal sealed record LearnedSum(
    ElementReach Reach, string Noun, string Parameter, string Argument, IReadOnlyList<CaptureDerivative> Items)
{
    /// <summary>The constant that says how many there are.</summary>
    public string Constant => $"k{Noun}Sums";

    /// <summary>The name in functions.</summary>
    public string Name => Noun.ToLowerInvariant();

    /// <summary>All kinds, with what a gradient has of each.</summary>
    /// <param name="gradient">The captures' derivatives.</param>
    /// <param name="elements">Which pairs share an element.</param>
    public static LearnedSum[] Of(IEnumerable<CaptureDerivative> gradient, LearnedElements elements)
    {
        ILookup<ElementReach, CaptureDerivative> items = gradient.ToLookup(elements.ReachOf);
        return
        [
            Kind(ElementReach.Head, "Head", "", ""),
            Kind(ElementReach.Query, "Query", "int q", "q"),
            Kind(ElementReach.Key, "Key", "int kv", "kv"),
            Kind(ElementReach.Distance, "Distance", "int distance", "q, kv"),
        ];

        LearnedSum Kind(ElementReach reach, string noun, string parameter, string argument) =>
            new(reach, noun, parameter, argument, [.. items[reach]]);
    }
}
