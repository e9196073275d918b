using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>What the statements of one emitted method share.</summary>
internal sealed class BlockContext(VariantFields fields)
{
    private int _locals;

    public VariantFields Fields { get; } = fields;

    /// <summary>How values that are the same for all keys are spelt, and all values where there are no lanes.</summary>
    public ScalarSpelling Scalar { get; init; } = new(fields);

    /// <summary>How values that vary between keys are spelt; null: one at a time.</summary>
    public LaneSpelling? Lanes { get; init; }

    /// <summary>The variable that holds the key index.</summary>
    public required string Key { get; init; }

    /// <summary>Whether to report captured accesses out of range.</summary>
    public bool IsChecked { get; init; }

    /// <summary>Whether what varies is in lanes and what does not is not, so that the one must be broadcast to the other.</summary>
    public bool UsesLanes => Lanes is not null;

    public string NextLocal() => "v" + _locals++;

    public string TypeName(IrType type, bool varies) =>
        UsesLanes && varies ? LaneSpelling.TypeName(type) : Scalar.TypeName(type);
}
