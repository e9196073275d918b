using static FlexAttention.Tests.Emit.Cpu.LanguageVariants;

namespace FlexAttention.Tests.Emit.Cpu;

/// <summary>The C# methods of <see cref="LanguageVariants"/> against their CPU kernels, in every kind of lanes.</summary>
internal sealed class LanguageKernelTests
{
    private const int Keys = 16;
    private const int Rows = 150;

    private static readonly float[,] Table = Fill(new float[4, 16]);
    private static readonly float[,,] Cube = Fill(new float[2, 4, 64]);
    private static readonly int[] Ids = [.. Enumerable.Range(0, 64).Select(static i => i / 9)];
    private static readonly Half[] Halves = [.. Enumerable.Range(0, 64).Select(static i => (Half)(i * 0.37f))];
    private static readonly bool[] Bools = [.. Enumerable.Range(0, 64).Select(static i => i * 7 % 5 < 2)];
    private static readonly bool[,] Pattern = Fill(new bool[8, 64]);

    private delegate float Score(float score, int b, int h, int q, int kv);

    private delegate bool Mask(int b, int h, int q, int kv);

    [Test]
    public void Integers([Values] LaneKind lanes)
    {
        Check(lanes, typeof(ShiftsKernel), Shifts);
        Check(lanes, typeof(LongHashKernel), (s, b, h, q, kv) => LongHash(s, b, h, q, kv, 1L << 40), 1L << 40);
        Check(lanes, typeof(DropoutKernel), (s, b, h, q, kv) => Dropout(s, b, h, q, kv, 77u), 77u);
        Check(lanes, typeof(UnsignedHashKernel), UnsignedHash);
        foreach (int divisor in new[] { 1, -3, 7, int.MinValue })
            Check(lanes, typeof(DivisionKernel), (s, b, h, q, kv) => Division(s, b, h, q, kv, divisor), divisor);
    }

    [Test]
    public void FloatingPoint([Values] LaneKind lanes)
    {
        Check(lanes, typeof(InDoubleKernel), (s, b, h, q, kv) => InDouble(s, b, h, q, kv, 0.1), 0.1);
        Check(lanes, typeof(RoundingKernel), LanguageVariants.Rounding);
        Check(lanes, typeof(FunctionsKernel), Functions);
    }

    [Test]
    public void Statements([Values] LaneKind lanes)
    {
        Check(lanes, typeof(NestedLoopsKernel), (s, b, h, q, kv) => NestedLoops(s, b, h, q, kv, 5), 5);
        Check(lanes, typeof(LoopOverKeysKernel), (s, b, h, q, kv) => LoopOverKeys(s, b, h, q, kv, Table), DeviceTensor<float>.From(Table));
        Check(lanes, typeof(SwitchKernel), Switch);
        Check(lanes, typeof(BranchesKernel), static (s, b, h, q, kv) => Branches(s, b, h, q, kv, true), true);
        Check(lanes, typeof(BranchesKernel), static (s, b, h, q, kv) => Branches(s, b, h, q, kv, false), false);
        Check(lanes, typeof(PowersOfTwoKernel), PowersOfTwo);
        Check(lanes, typeof(GridKernel), Grid);
        Check(lanes, typeof(TilesKernel), Tiles);
    }

    [Test]
    public void Captures([Values] LaneKind lanes)
    {
        using DeviceTensor<float> table = DeviceTensor<float>.From(Table), cube = DeviceTensor<float>.From(Cube);
        using DeviceTensor<int> ids = DeviceTensor<int>.From(Ids);
        using DeviceTensor<Half> halves = DeviceTensor<Half>.From(Halves);
        using DeviceTensor<bool> bools = DeviceTensor<bool>.From(Bools), pattern = DeviceTensor<bool>.From(Pattern);

        Check(lanes, typeof(SmallTypesKernel), static (s, b, h, q, kv) => SmallTypes(s, b, h, q, kv, Halves, Bools), halves, bools);
        Check(lanes, typeof(IndirectKernel), static (s, b, h, q, kv) => Indirect(s, b, h, q, kv, Ids, Table), ids, table);
        Check(lanes, typeof(RunsKernel), static (s, b, h, q, kv) => Runs(s, b, h, q, kv, Cube), cube);
        Check(lanes, typeof(DocumentsKernel), static (b, h, q, kv) => Documents(b, h, q, kv, Ids), ids);
        Check(lanes, typeof(FlagsKernel), static (b, h, q, kv) => Flags(b, h, q, kv, Pattern, false), pattern, false);
    }

    private static void Check(LaneKind lanes, Type kernel, Score method, params object[] captures)
    {
        IVariantCalls variant = EmittedVariant.Of(kernel).Bind(captures);
        var random = new Random(3);
        for (int row = 0; row < Rows; row++)
        {
            (int b, int h, int q, int kv) = (random.Next(2), random.Next(4), random.Next(32), random.Next(Keys));
            double[] scores = [.. Enumerable.Range(0, Keys).Select(_ => (double)((random.NextSingle() * 6) - 3))];

            double[] result = variant.ApplyScore(lanes, scores, b, h, q, kv);

            for (int i = 0; i < Keys; i++)
            {
                double expected = method((float)scores[i], b, h, q, kv + i);
                Assert.That(
                    result[i],
                    Is.EqualTo(expected).Within(double.IsFinite(expected) ? 1e-5 * Math.Max(1, Math.Abs(expected)) : 0),
                    $"{kernel.Name} of {scores[i]} at ({b}, {h}, {q}, {kv + i})");
            }
        }
    }

    private static void Check(LaneKind lanes, Type kernel, Mask method, params object[] captures)
    {
        IVariantCalls variant = EmittedVariant.Of(kernel).Bind(captures);
        var random = new Random(4);
        for (int row = 0; row < Rows; row++)
        {
            (int b, int h, int q, int kv) = (random.Next(2), random.Next(4), random.Next(32), random.Next(Keys));
            int count = random.Next(1, Keys + 1);
            bool[] expected = [.. Enumerable.Range(kv, Keys).Select(key => method(b, h, q, key))];

            double[] masked = variant.ApplyMask(lanes, new double[Keys], b, h, q, kv);
            int kept = variant.CountKept(lanes, count, b, h, q, kv);

            Assert.That(masked.Select(double.IsFinite), Is.EqualTo(expected), $"{kernel.Name} at ({b}, {h}, {q}, {kv})");
            Assert.That(kept, Is.EqualTo(expected.Take(count).Count(static keeps => keeps)), kernel.Name);
        }
    }

    private static bool[,] Fill(bool[,] pattern)
    {
        for (int i = 0; i < pattern.Length; i++)
            pattern[i / pattern.GetLength(1), i % pattern.GetLength(1)] = i * 11 % 7 < 3;
        return pattern;
    }

    private static float[,] Fill(float[,] table)
    {
        for (int i = 0; i < table.Length; i++)
            table[i / table.GetLength(1), i % table.GetLength(1)] = MathF.Sin(i);
        return table;
    }

    private static float[,,] Fill(float[,,] table)
    {
        for (int i = 0; i < table.Length; i++)
            table[i / (4 * 64), i / 64 % 4, i % 64] = MathF.Cos(i);
        return table;
    }
}
