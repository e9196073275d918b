namespace FlexAttention.Tests.Lowering;

public class CallLoweringTests
{
    [Test]
    public void Call_OfAMethodInAnotherFile_IsInlined() =>
        LoweredVariant.Create(
            VariantSource.Mask("Rules.Near(q, kv) && Rules.Even(kv)"),
            VariantSource.Types(
                """
                public static class Rules
                {
                    private const int Window = 5;
                    public static bool Near(int q, int kv) { int d = Distance(q, kv); if (d < 0) return false; return d < Window; }
                    public static bool Even(int i) => i % 2 == 0;
                    private static int Distance(int q, int kv) => q - kv;
                }
                """)).AssertAgrees();

    [Test]
    public void Call_OfAnotherVariant_IsInlined() =>
        LoweredVariant.Create(VariantSource.Members(
            """
            [AttentionVariant]
            public static partial bool Window(int b, int h, int q, int kv, int window) => Causal(b, h, q, kv) && q - kv < window;

            [AttentionVariant]
            public static partial bool Causal(int b, int h, int q, int kv) => kv <= q;
            """)).AssertAgrees(4);

    [Test]
    public void Call_WithNamedOptionalAndInArguments_PassesThem() =>
        LoweredVariant.Create(VariantSource.Members(
            """
            [AttentionVariant]
            public static partial bool Mask(int b, int h, int q, int kv) => Near(end: kv, start: q) || Near(q, kv, 2) || Half(in q) == kv;

            private static bool Near(int start, int end, int window = 1) => end - start <= window && end >= start;

            private static int Half(in int x) => x / 2;
            """)).AssertAgrees();

    [Test]
    public void Call_WithABuffer_ReadsTheCapture() =>
        LoweredVariant.Create(VariantSource.Members(
            """
            [AttentionVariant]
            public static partial bool Mask(int b, int h, int q, int kv, ReadOnlySpan<int> ids)
            {
                var table = ids;
                return Same(table, q, kv) || Same(ids, 0, h);
            }

            private static bool Same(ReadOnlySpan<int> ids, int i, int j)
            {
                if (i < 0 || i >= ids.Length) return false;
                if (j < 0 || j >= ids.Length) return false;
                return ids[i] == ids[j];
            }
            """)).AssertAgrees(new[] { 0, 0, 1, 1, 2, 2, 2, 2 });

    [Test]
    public void Call_OfGenericMethods_ReplacesTheirTypes() =>
        LoweredVariant.Create(
            VariantSource.Members(
                """
                [AttentionVariant]
                public static partial float Score(float score, int b, int h, int q, int kv) =>
                    Ramp(score) + Ramp(q % 100) + (float)Ramp((double)kv) + Numbers<byte>.Twice((byte)q) + Cap(score, 30f);

                private static T Ramp<T>(T x) where T : System.Numerics.INumber<T> =>
                    x > T.Zero ? x * T.CreateChecked(2) + T.One : T.Max(-x, T.Zero);

                private static T Cap<T>(T x, T cap) where T : System.Numerics.IHyperbolicFunctions<T> => cap * T.Tanh(x / cap);

                private static class Numbers<T> where T : System.Numerics.IBinaryInteger<T>
                {
                    public static T Twice(T x) => Sum(x, x);
                    private static T Sum(T x, T y) => x + y;
                }
                """)).AssertAgrees();

    [Test]
    public void Call_OfLocalFunctions_SeesTheLocals() =>
        LoweredVariant.Create(VariantSource.Members(
            """
            [AttentionVariant]
            public static partial float Score(float score, int b, int h, int q, int kv)
            {
                int distance = q - kv;
                float total = 0;
                Add(1);
                if (distance > 2)
                    Add(Scaled(3));
                return total + score;

                int Scaled(int x) => x * distance;
                void Add(int x) { if (x > 20) return; total += x; }
            }
            """)).AssertAgrees();

    [Test]
    public void Call_GivingATuple_IsDeconstructed() =>
        LoweredVariant.Create(VariantSource.Members(
            """
            [AttentionVariant]
            public static partial float Score(float score, int b, int h, int q, int kv)
            {
                var (row, column) = Split(q);
                (int first, _) = Split(kv);
                (row, column) = (column, row);
                (float X, (int, long) Y) nested = (1, (row, column));
                nested.X += first;
                nested.Y.Item2 = q > 3 ? 5 : nested.Y.Item2;
                var chosen = h == 0 ? (row, column) : (1, 2);
                return nested.X + nested.Y.Item2 + chosen.Item1 + ((row, column) == (1, 2) ? score : 0);
            }

            private static (int Row, int Column) Split(int i)
            {
                if (i < 0)
                    return (-1, i);
                return (i / 4, i % 4);
            }
            """)).AssertAgrees();

    [Test]
    public void Property_WithAConstantBody_IsInlined() =>
        LoweredVariant.Create(VariantSource.Members(
            """
            private static int Window => 2 * Half;
            private static int Half { get { return 2; } }

            [AttentionVariant]
            public static partial bool Mask(int b, int h, int q, int kv) => q - kv < Window;
            """)).AssertAgrees();
}
