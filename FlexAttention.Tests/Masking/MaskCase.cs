namespace FlexAttention.Tests.Masking;

/// <summary>A mask to test with: its formula, and its block mask.</summary>
internal abstract class MaskCase(string name)
{
    public static IEnumerable<MaskCase> All { get; } =
    [
        Of("all", default(KeepAll)),
        Of("none", default(KeepNone)),
        Of("causal", default(CausalRule)),
        Of("window", new WindowRule(70)),
        Of("document", new DocumentRule(48)),
        Of("all but one", new AllButOneRule(15, 15)),
        Of("head window", default(HeadWindowRule)),
        Of("padding", default(PaddingRule)),
        Of("query padding", default(QueryPaddingRule)),
        Of("scatter", new ScatterRule(7)),
    ];

    public static MaskCase Of<TRule>(string name, TRule rule)
        where TRule : unmanaged, IMaskRule =>
        new RuleCase<TRule>(name, rule);

    public abstract BlockMask Create(int batch, int heads, int queryLength, int keyLength, BlockMaskOptions? options = null);

    public abstract bool Keeps(int b, int h, int q, int kv);

    /// <summary>The block by its definition: every pair looked at.</summary>
    public BlockKind KindOf(int b, int h, int queryStart, int queryEnd, int keyStart, int keyEnd)
    {
        int kept = 0;
        for (int q = queryStart; q < queryEnd; q++)
        {
            for (int kv = keyStart; kv < keyEnd; kv++)
                kept += Keeps(b, h, q, kv) ? 1 : 0;
        }

        return kept == 0 ? BlockKind.Empty
            : kept == (queryEnd - queryStart) * (keyEnd - keyStart) ? BlockKind.Full
            : BlockKind.Partial;
    }

    public override string ToString() => name;

    private sealed class RuleCase<TRule>(string name, TRule rule) : MaskCase(name)
        where TRule : unmanaged, IMaskRule
    {
        public override BlockMask Create(int batch, int heads, int queryLength, int keyLength, BlockMaskOptions? options) =>
            BlockMask.Create(new RuleVariant<TRule>(rule), batch, heads, queryLength, keyLength, options);

        public override bool Keeps(int b, int h, int q, int kv) => rule.Keeps(b, h, q, kv);
    }
}
