namespace FlexAttention.Tests.Lowering;

public class CaptureLoweringTests
{
    private static readonly float[] Slopes = [0.5f, 0.25f, -3, 7];

    private static readonly int[] Ids = [0, 1, 1, 2, 3, 3, 3, 9];

    [Test]
    public void Buffer_OfRank1_IsRead() =>
        LoweredVariant.Create(VariantSource.Score("score + slopes[h] * (kv - q)", "ReadOnlySpan<float> slopes")).AssertAgrees(Slopes);

    [Test]
    public void Buffers_ThatIndexEachOther_AreRead() =>
        LoweredVariant.Create(VariantSource.Score("score + slopes[ids[q]]", "ReadOnlySpan<float> slopes", "ReadOnlySpan<int> ids"))
            .AssertAgrees(Slopes, Ids);

    [Test]
    public void Buffers_OfEveryRankAndType_AreRead()
    {
        var table = new bool[2, 3];
        table[1, 2] = true;
        var half = new Half[2, 2, 2];
        half[1, 0, 1] = (Half)1.5f;
        var deep = new int[1, 2, 4, 4];
        deep[0, 1, 2, 3] = 42;
        string source = VariantSource.Score(
            "table[h, q] ? (float)half[h, q, kv] : score + deep[0, h, q, kv] + table.Length1 + deep.Length3",
            "ReadOnlySpan2D<bool> table", "ReadOnlySpan3D<Half> half", "ReadOnlySpan4D<int> deep");

        LoweredVariant.Create(source).AssertAgrees(table, half, deep);
    }

    [TestCase("q < ids.Length && q >= 0 && ids[q] == 1")]
    [TestCase("q >= ids.Length || q < 0 || ids[q] > kv")]
    [TestCase("(uint)q < (uint)ids.Length ? ids[q] > 2 : (uint)kv < ids.Length && ids[kv] < 2")]
    [TestCase("q < 8 & ids[q & 7] == 3")]
    [TestCase("ids[^1] == 9 && ids[^(h + 1)] > 0 && !ids.IsEmpty")]
    [TestCase("(uint)q < 8 && (uint)kv < 8 && ids[q] == ids[kv]")]
    public void Load_HappensWhereCSharpMakesIt(string expression) =>
        LoweredVariant.Create(VariantSource.Mask(expression, "ReadOnlySpan<int> ids")).AssertAgrees(Ids);

    [Test]
    public void Load_OfRightOperand_CarriesItsGuard() =>
        Assert.That(
            LoweredVariant.Create(VariantSource.Mask("q < ids.Length && ids[q] == 1", "ReadOnlySpan<int> ids")).Text,
            Is.EqualTo("""
                v0:bool = less q, ids.length0
                v1:i32 = load ids[q] if v0
                v2:bool = equal v1, 1
                v3:bool = and v0, v2
                return v3

                """));

    [Test]
    public void Scalars_OfEveryType_AreRead() =>
        LoweredVariant.Create(VariantSource.Score(
            "flag ? scale * score : (float)(n + u + l * d)", "bool flag", "float scale", "int n", "uint u", "long l", "double d"))
            .AssertAgrees(false, 2f, 3, 4u, 5L, 0.1);
}
