namespace FlexAttention.Tests.Lowering;

public class SwitchLoweringTests
{
    [TestCase("q switch { 0 => 1f, 1 or 2 => 2f, > 7 and < 50 => score, not 100 => 4f, _ => 5f }")]
    [TestCase("(q, kv) switch { (0, _) => 1f, (var x, > 3) when x > 3 => x, (1, 2 or 3) => 7f, _ => score }")]
    [TestCase("score switch { float.NaN => 1f, < 0 => 2f, float.PositiveInfinity => 3f, _ => 4f }")]
    [TestCase("(q > kv, h) switch { (true, 0) => 1f, (false, 1) => 2f, _ => 3f }")]
    [TestCase("q is 1 or 2 ? 1f : kv is > 3 and var x ? x : kv is not (7 or 8) ? score : 2f")]
    [TestCase("q switch { int n when n % 2 == 0 => n, var n => -n }")]
    public void Score_Patterns_MeanWhatCSharpMeans(string expression) =>
        LoweredVariant.Create(VariantSource.Score(expression)).AssertAgrees();

    [Test]
    public void Switch_Statement_TakesTheMatchingSection() =>
        LoweredVariant.Create(VariantSource.Members(
            """
            [AttentionVariant]
            public static partial float Score(float score, int b, int h, int q, int kv)
            {
                float bias = 1;
                switch (q)
                {
                    default:
                        bias = 9;
                        break;
                    case 0:
                    case 1:
                        bias = 2;
                        if (kv == 3)
                            break;
                        bias = 3;
                        break;
                    case > 50 when kv > 7:
                        return 0;
                    case 7:
                        switch (kv) { case 1: bias = 5; break; case 2: return -1; }
                        break;
                }

                return bias + score;
            }
            """)).AssertAgrees();

    [Test]
    public void Switch_OnEnum_ComparesItsValues() =>
        LoweredVariant.Create(VariantSource.Members(
            """
            private enum Side : byte { Left, Right = 7, Both }

            [AttentionVariant]
            public static partial bool Mask(int b, int h, int q, int kv)
            {
                Side side = (Side)q;
                return side switch { Side.Left => kv == 0, Side.Right => kv > 1, Side.Both => true, _ => side > Side.Both };
            }
            """)).AssertAgrees();
}
