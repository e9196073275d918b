using System.Reflection;
using FlexAttention.Descriptors;

namespace FlexAttention.Tests.RandomVariants;

/// <summary>A random variant that can be run: as plain C#, and as the struct that the generator wrote.</summary>
internal sealed class LoadedVariant
{
    private readonly RandomScore? _score;
    private readonly RandomMask? _mask;
    private readonly MethodInfo _bind;

    public LoadedVariant(RandomVariant source, Type methods)
    {
        Source = source;
        MethodInfo method = methods.GetMethod(source.Name)!;
        _score = source.IsMask ? null : method.CreateDelegate<RandomScore>();
        _mask = source.IsMask ? method.CreateDelegate<RandomMask>() : null;
        Kernel = methods.GetNestedType(source.Name + "Kernel")!;
        Descriptor = (VariantDescriptor)Kernel.GetProperty("Descriptor")!.GetValue(null)!;
        _bind = Kernel.GetMethod("Bind", BindingFlags.NonPublic | BindingFlags.Static)!;
    }

    public RandomVariant Source { get; }

    public Type Kernel { get; }

    public VariantDescriptor Descriptor { get; }

    /// <summary>The generated struct's type.</summary>
    public Type Struct => _bind.ReturnType;

    /// <summary>The score by the method, called as plain C#.</summary>
    public float Score(RandomCaptures x, float score, int b, int h, int q, int kv) =>
        _score is null ? score : _score(score, b, h, q, kv, x.N, x.X, x.Flag, x.Ids, x.Table);

    /// <summary>Whether the method, called as plain C#, keeps the pair.</summary>
    public bool Keeps(RandomCaptures x, int b, int h, int q, int kv) =>
        _mask is null || _mask(b, h, q, kv, x.N, x.X, x.Flag, x.Ids, x.Table);

    /// <summary>The generated struct with captures bound, boxed.</summary>
    public object Bind(Device device, RandomCaptures x, DeviceTensor<int> ids, DeviceTensor<float> table) =>
        _bind.Invoke(null, [device, x.N, x.X, x.Flag, ids, table])!;

    /// <inheritdoc/>
    public override string ToString() => Source.ToString();
}
