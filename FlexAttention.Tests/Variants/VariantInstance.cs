namespace FlexAttention.Tests.Variants;

/// <summary>A variant with captures for one problem, in host memory.</summary>
public abstract class VariantInstance(VariantCase variant, VariantShape shape)
{
    /// <summary>The variant.</summary>
    public VariantCase Variant { get; } = variant;

    /// <summary>The problem.</summary>
    public VariantShape Shape { get; } = shape;

    /// <summary>The captured scalars and arrays, in the order of the typed call.</summary>
    public abstract IReadOnlyList<object> Captures { get; }

    /// <summary>The score by the user's method, called as plain C#.</summary>
    public abstract float MethodScore(float score, int b, int h, int q, int kv);

    /// <summary>The score by the oracle.</summary>
    public abstract double OracleScore(double score, int b, int h, int q, int kv);

    /// <summary>Whether the user's mask method keeps the pair.</summary>
    public abstract bool MethodKeeps(int b, int h, int q, int kv);

    /// <summary>Whether the oracle keeps the pair.</summary>
    public abstract bool OracleKeeps(int b, int h, int q, int kv);

    /// <summary>The variant with another value of the one scalar that it captures.</summary>
    public abstract VariantInstance WithScalar(float value);

    /// <summary>Copies the captures to a device, ready to be called there.</summary>
    public VariantCall On(Device device) => new(this, device);
}
