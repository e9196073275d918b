using System.Reflection;
using FlexAttention.Descriptors;

namespace FlexAttention.Tests.Variants;

/// <summary>
/// One variant of the catalogue, for whoever runs all of them: tests, benchmarks, examples. What its captures may be, how
/// its kernel is called, and an oracle that shares no code with the variant's method.
/// </summary>
/// <param name="name">The name in the field's words.</param>
/// <param name="kernel">The class that the generator wrote beside the method.</param>
public abstract class VariantCase(string name, Type kernel)
{
    /// <summary>The name in the field's words.</summary>
    public string Name { get; } = name;

    /// <summary>The class that the generator wrote beside the method.</summary>
    public Type Kernel { get; } = kernel;

    /// <summary>The variant's emitted sources and facts.</summary>
    public VariantDescriptor Descriptor { get; } =
        (VariantDescriptor)kernel.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    /// <summary>Chooses captures for a problem. The same seed gives the same ones.</summary>
    public abstract VariantInstance Create(VariantShape shape, int seed);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
