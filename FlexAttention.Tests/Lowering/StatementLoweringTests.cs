namespace FlexAttention.Tests.Lowering;

public class StatementLoweringTests
{
    [TestCase(
        """
        int distance = kv - q;
        distance *= 2;
        distance++;
        --distance;
        float bias = distance;
        bias += score;
        return bias;
        """)]
    [TestCase(
        """
        if (kv > q)
            return float.NegativeInfinity;
        if (score < 0)
            score = -score;
        else if (h == 1)
        {
            score += 1;
            if (q == 3)
                return 7;
        }
        return score;
        """)]
    [TestCase(
        """
        if (q > 3) { if (kv > 3) return 1; else score = 2; } else { if (kv < 3) return 3; }
        return score;
        """)]
    [TestCase(
        """
        byte b8 = (byte)q;
        b8 += 200;
        b8++;
        sbyte s8 = (sbyte)kv;
        s8 <<= 1;
        s8--;
        short s16 = (short)q;
        s16 -= (short)kv;
        ushort u16 = (ushort)(kv * 3);
        u16 *= 5;
        u16 >>= 1;
        return b8 + s8 + s16 + u16;
        """)]
    [TestCase(
        """
        int x = q, y;
        bool big = (y = x + 1) > 10 && (x = kv) > 5;
        return big ? x : y - x;
        """)]
    [TestCase(
        """
        long wide = q;
        wide *= kv;
        wide >>= 3;
        uint u = (uint)q;
        u += 7u;
        u >>>= 2;
        double d = wide;
        d /= 3;
        bool flag = q > kv;
        flag |= h == 1;
        flag ^= b == 2;
        return flag ? (float)d : u;
        """)]
    [TestCase("const int Window = 4; const float Low = -1e9f; return q - kv < Window ? score : Low;")]
    public void Score_Statements_MeanWhatCSharpMeans(string body) =>
        LoweredVariant.Create(VariantSource.Members(
            $"[AttentionVariant] public static partial float Score(float score, int b, int h, int q, int kv) {{ {body} }}"))
            .AssertAgrees();

    [Test]
    public void Return_InABranch_GuardsTheLoadsAfterIt() =>
        LoweredVariant.Create(VariantSource.Members(
            """
            [AttentionVariant]
            public static partial bool Mask(int b, int h, int q, int kv, ReadOnlySpan<int> ids)
            {
                if ((uint)q >= ids.Length || (uint)kv >= ids.Length)
                    return false;
                int id;
                if (q > kv)
                    id = ids[q];
                else
                    id = ids[kv] + ids[q - h];
                return id == 3;
            }
            """)).AssertAgrees(new[] { 0, 1, 3, 3, 2, 0, 3, 9 });
}
