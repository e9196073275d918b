using System.Collections.Immutable;

namespace FlexAttention.Generators.Analysis;

/// <summary>
/// A derivative as a product: a number times powers of nodes. The chain rule multiplies, so that factors cancel before
/// anything is computed: of <c>cap * tanh(score / cap)</c> nothing is left but <c>1 - tanh²</c>.
/// </summary>
/// <param name="Coefficient">The number.</param>
/// <param name="Powers">The nodes and their exponents, none of which is zero.</param>
internal sealed record Monomial(double Coefficient, ImmutableSortedDictionary<int, int> Powers)
{
    /// <summary>One: the derivative of a value by itself.</summary>
    public static Monomial One { get; } = new(1, ImmutableSortedDictionary<int, int>.Empty);

    /// <summary>The value of a node.</summary>
    public static Monomial Of(int node) => One.Times(node, 1);

    /// <summary>The product with a number.</summary>
    public Monomial Times(double factor) => this with { Coefficient = Coefficient * factor };

    /// <summary>The product with a power of a node.</summary>
    public Monomial Times(int node, int exponent)
    {
        int sum = Powers.GetValueOrDefault(node) + exponent;
        return this with { Powers = sum == 0 ? Powers.Remove(node) : Powers.SetItem(node, sum) };
    }

    /// <summary>Whether both are multiples of the same product.</summary>
    public bool IsLike(Monomial other) => Powers.SequenceEqual(other.Powers);
}
