namespace FlexAttention.Tests.Lowering;

public class ExpressionLoweringTests
{
    [TestCase("kv <= q")]
    [TestCase("q - kv < 5 && kv <= q || kv % 7 == 0")]
    [TestCase("(q ^ kv) % 3 != 0 & !(kv > q) | b == h")]
    [TestCase("q / (kv - 2) > q % (kv + 1)")]
    [TestCase("q * kv + 1 > int.MaxValue - q")]
    [TestCase("-q > ~kv")]
    [TestCase("(q << kv) > (kv >> q)")]
    [TestCase("(q >>> 3) > (kv >>> h)")]
    [TestCase("(byte)q == (sbyte)kv || (short)q == (ushort)kv")]
    [TestCase("(uint)q > (uint)kv")]
    [TestCase("(uint)q / 3 > kv")]
    [TestCase("(ulong)(long)q > (ulong)kv * 3UL")]
    [TestCase("(long)q * kv > 1L << 33")]
    [TestCase("q == kv ^ h == b")]
    [TestCase("q > kv == h > b")]
    [TestCase("FlexMath.FloorDiv(q, 8) == FlexMath.FloorMod(kv, 8)")]
    [TestCase("Math.Abs(q % 100 - kv % 100) <= Math.Max(h, b) + Math.Min(q, kv) + Math.Sign(q)")]
    [TestCase("Math.Clamp(q, 2, 8) == int.Clamp(kv, 0, 7)")]
    [TestCase("Math.DivRem(q, 7) is (1, 0)")]
    [TestCase("System.Numerics.BitOperations.PopCount((uint)(q ^ kv)) == 3 || int.PopCount(q) > uint.PopCount((uint)kv)")]
    [TestCase("int.RotateLeft(q, kv) > System.Numerics.BitOperations.RotateRight((uint)kv, 5)")]
    [TestCase("int.IsEvenInteger(q) != int.IsPow2(kv)")]
    public void Mask_Expression_MeansWhatCSharpMeans(string expression) =>
        LoweredVariant.Create(VariantSource.Mask(expression)).AssertAgrees();

    [TestCase("score")]
    [TestCase("score + kv - q")]
    [TestCase("score * (float)Math.PI / kv")]
    [TestCase("score % 3 + q / 2 + q / 2f")]
    [TestCase("score == 0 ? -score : score < 1 ? 1f : float.NegativeInfinity")]
    [TestCase("(float)(score * 0.1)")]
    [TestCase("(int)score + (byte)score + (short)score")]
    [TestCase("(uint)score")]
    [TestCase("(long)score + (float)(ulong)score")]
    [TestCase("(int)(double)score - (sbyte)score")]
    [TestCase("!(score < 1) ? 1 : 0")]
    [TestCase("score != score ? 5 : score")]
    [TestCase("MathF.Tanh(score / 30) * 30")]
    [TestCase("MathF.Max(score, q) + MathF.Min(score, kv) + float.Abs(score)")]
    [TestCase("(float)Math.Round(score) + MathF.Floor(score) - MathF.Ceiling(score) + MathF.Truncate(score)")]
    [TestCase("MathF.Log(score, 3) + float.Log(score, q)")]
    [TestCase("Math.Clamp(score, -1, 1)")]
    [TestCase("float.IsNaN(score) ? 0 : float.IsPositiveInfinity(score) ? 1 : float.IsFinite(score) ? score : 2")]
    [TestCase("MathF.CopySign(q, score) + MathF.Sqrt(kv)")]
    [TestCase("MathF.SinCos(q).Sin - MathF.SinCos(kv).Cos")]
    [TestCase("MathF.Round(score + 0.5f, MidpointRounding.AwayFromZero) + MathF.Round(score, MidpointRounding.ToZero)")]
    [TestCase("(float)Math.Round(q * 0.5, MidpointRounding.ToEven) - float.Round(score, MidpointRounding.ToNegativeInfinity)")]
    [TestCase("MathF.Round(q / 7f, MidpointRounding.AwayFromZero) - MathF.Round(kv / 3f, MidpointRounding.ToPositiveInfinity)")]
    [TestCase("float.Pi + MathF.E + float.MaxValue * 0 + float.NaN * h")]
    public void Score_Expression_MeansWhatCSharpMeans(string expression) =>
        LoweredVariant.Create(VariantSource.Score(expression)).AssertAgrees();

    [Test]
    public void Expression_WithoutBranches_IsPrintedAsWritten() =>
        Assert.That(LoweredVariant.Create(VariantSource.Mask("q - kv < window && kv <= q", "int window")).Text, Is.EqualTo("""
            v0:i32 = sub q, kv
            v1:bool = less v0, window
            v2:bool = less_or_equal kv, q
            v3:bool = and v1, v2
            return v3

            """));
}
