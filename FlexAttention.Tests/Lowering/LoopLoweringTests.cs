using FlexAttention.Generators.Ir;

namespace FlexAttention.Tests.Lowering;

public class LoopLoweringTests
{
    private static readonly float[] Weights = [.. Enumerable.Range(0, 40).Select(i => (i * 7 % 11) - 5f)];

    [TestCase("for (int i = 0; i < 8; i++) score += i * q;")]
    [TestCase("for (int i = 7; i >= 0; i -= 2) { if (i == q) continue; score += i; }")]
    [TestCase("for (int i = 0; i < 4; i++) for (int j = i; j <= 3; j++) { if (j == kv) break; score += i * j; }")]
    [TestCase("int m = 1; while (m < 100) m *= 3; score += m;")]
    [TestCase("int m = 0; do { m += 2; if (m == q) break; } while (m < 9); score += m;")]
    [TestCase("int m = 0; while (true) { if (m > 5) break; m++; if (m == kv) return m; } score += m;")]
    [TestCase("for (int i = 0, j = 5; i < 3 && score > q; i++, j--) score -= i + j;")]
    [TestCase("int j = 0; for (int i = 0; i < 6; i++, j = i * i) score += j;")]
    [TestCase("for (int i = int.MaxValue - 3; i <= int.MaxValue; i++) { score += i & q; if (i == int.MaxValue) break; }")]
    [TestCase("for (int i = 0; i < 3; i++) { int local = q + i; switch (local) { case 2: score++; break; case 3: continue; } score *= 2; }")]
    public void ShortLoop_IsUnrolled(string statements)
    {
        LoweredVariant variant = Create(statements);

        Assert.That(variant.Lowered.Function.Nodes.OfType<FoldNode>(), Is.Empty);
        variant.AssertAgrees(Weights, 3);
    }

    [TestCase("for (int i = 0; i < weights.Length; i++) score += weights[i] * q;")]
    [TestCase("for (int i = 0; i < 40; i++) { if (weights[i] > 3) continue; score += weights[i]; if (i == kv) break; }")]
    [TestCase("for (int i = 39; i > n; i -= 3) { if (i == q) return i; score += i; }")]
    [TestCase("for (int i = 0, j = 5; i < n; i++, j--) score -= i + j;")]
    [TestCase("for (int i = 0, j = 5; i < 40; i++, j--) score -= i + j;")]
    [TestCase("for (int i = 0, j = 0; i < 5 + n; j += i, i++) { if (j > q) break; score += j; }")]
    [TestCase("int j = 0; for (int i = 0; i < n; i++, j = i * i) score += j;")]
    [TestCase("int j = 0; for (int i = 0; i < n; j = i * i, i++) score += j;")]
    [TestCase("int limit = int.MaxValue - 3 + n; for (int i = 0; i <= limit && i <= (kv & 31); i++) score += i;")]
    [TestCase("int limit = int.MinValue + 3 - n; for (int i = 9; i >= limit && i >= (kv & 7) - 9; i--) score += i;")]
    [TestCase("int seen = 0; for (int i = 0; i < n && (seen += 2) > q && i < 2; i++) score += i; score += seen;")]
    [TestCase("for (int i = n; i < 3 && i < At(weights, q); i++) score += i;")]
    [TestCase("for (int i = n; i < 3 && i < (int)weights[^q]; i++) score += i;")]
    [TestCase("for (int i = 0; q > 3 && i < Math.Min(n, kv); i++) score += i;")]
    [TestCase("int i; for (i = 2; i <= 60 && score < 100; i += 2) score += 1; score += i;")]
    [TestCase("int i = 0; while (i < 30) { score += weights[i]; if (score > q) break; i++; } score += i;")]
    [TestCase("(float s, int c) t = (0, 1); for (int i = 0; i < 20; i++) { t.s += t.c; t.c = t.c * 3 + i; } score += t.s + t.c;")]
    [TestCase("for (int i = 0; i < 20; i++) { for (int j = 0; j < 20 + n; j++) { if (j == i + q) break; score += j; } if (score > 50) return score; }")]
    [TestCase("if (q > 2) for (int i = 0; i < q && i < 39; i++) { if (i < kv) score += weights[i + 1]; }")]
    [TestCase("for (int i = 0; i < 30; i++) { float w = Weight(weights, i + n); if (w < 0) continue; score += w; }")]
    [TestCase("int low = 0, high = 39; for (int i = 0; i < 20; i++) { if (low >= high) break; int middle = (low + high) / 2; if (middle < q) low = middle + 1; else high = middle; } score += low;")]
    [TestCase("void Add(float x) { if (x < 0) return; score += x; } for (int i = 0; i < 20; i++) Add(weights[i]);")]
    public void LongLoop_IsAFold(string statements)
    {
        LoweredVariant variant = Create(statements);

        Assert.That(variant.Lowered.Function.Nodes.OfType<FoldNode>(), Is.Not.Empty);
        variant.AssertAgrees(Weights, 3);
    }

    [Test]
    public void UnrolledCounter_BelowZero_ReadsABufferWhereAConditionAllowsIt()
    {
        LoweredVariant variant = Create("for (int j = -2; j <= 2; j++) if (j >= n) score += weights[j];");

        variant.AssertAgrees(Weights, 0);
        variant.AssertAgrees(Weights, 2);
    }

    [Test]
    public void Offset_FromTheEnd_ReadsABufferWhereAConditionAllowsIt() =>
        Create("for (int j = 0; j <= 2; j++) if (j >= n) score += weights[^j];").AssertAgrees(Weights, 1);

    private static LoweredVariant Create(string statements) => LoweredVariant.Create(VariantSource.Members(
        $$"""
        [AttentionVariant]
        public static partial float Score(float score, int b, int h, int q, int kv, ReadOnlySpan<float> weights, int n)
        {
            {{statements}}
            return score;
        }

        private static int At(ReadOnlySpan<float> weights, int i) => (int)weights[i];

        private static float Weight(ReadOnlySpan<float> weights, int i)
        {
            for (int j = i; j < i + 20; j++)
            {
                if (j >= weights.Length)
                    break;
                if (weights[j] > 2)
                    return weights[j];
            }

            return -1;
        }
        """));
}
