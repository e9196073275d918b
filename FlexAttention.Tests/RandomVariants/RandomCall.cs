namespace FlexAttention.Tests.RandomVariants;

/// <summary>A random score method, called as plain C#.</summary>
internal delegate float RandomScore(
    float score, int b, int h, int q, int kv, int n, float x, bool flag, ReadOnlySpan<int> ids, ReadOnlySpan2D<float> table);

/// <summary>A random mask method, called as plain C#.</summary>
internal delegate bool RandomMask(
    int b, int h, int q, int kv, int n, float x, bool flag, ReadOnlySpan<int> ids, ReadOnlySpan2D<float> table);
