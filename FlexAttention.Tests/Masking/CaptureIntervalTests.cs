using FlexAttention.Cpu;
using FlexAttention.Descriptors;
using FlexAttention.Masking;

namespace FlexAttention.Tests.Masking;

/// <summary>What is known of elements of buffers is exactly what a look at each of them shows.</summary>
public sealed unsafe class CaptureIntervalTests
{
    private static readonly int[] Extents = [5, 3, 40];

    /// <summary>Elements beside each other, apart, in reverse order of the dimensions, and all the same.</summary>
    private static readonly int[][] Strides = [[120, 40, 1], [240, 80, 2], [1, 5, 15], [0, 0, 1]];

    [Test]
    public void Elements_AreBoundedExactly([ValueSource(nameof(Strides))] int[] strides)
    {
        var random = new Random(3);
        int[] integers = [.. Enumerable.Range(0, 1200).Select(_ => random.Next(-1000, 1000))];
        bool[] flags = [.. Enumerable.Range(0, 1200).Select(_ => random.Next(6) == 0)];
        fixed (int* integer = integers)
        fixed (bool* flag = flags)
        {
            CaptureView numbers = View(integer, strides), conditions = View(flag, strides);
            for (int i = 0; i < 2000; i++)
                AssertExact(numbers, conditions, Draw(random, 5), Draw(random, 3), Draw(random, 40));
        }
    }

    [Test]
    public void ManyElements_AreNotLookedAt()
    {
        var numbers = new CaptureView();
        (numbers.Extent[0], numbers.Extent[1], numbers.Extent[2], numbers.Extent[3]) = (1_000_000, 1, 1, 1);

        Assert.That(CaptureIntervals.Int(in numbers, default, new(0, 999_999)), Is.EqualTo(Interval<int>.All));
        Assert.That(CaptureIntervals.Bool(in numbers, default, Interval<int>.All), Is.EqualTo(Truth.Unknown));
    }

    [Test]
    public void NoElements_ReadAsZero()
    {
        var empty = new CaptureView();
        (empty.Extent[0], empty.Extent[1], empty.Extent[2], empty.Extent[3]) = (0, 1, 1, 1);

        Assert.That(CaptureIntervals.Int(in empty, default, new(0, 10)), Is.EqualTo(new Interval<int>(0)));
        Assert.That(CaptureIntervals.Bool(in empty, default, Interval<int>.All), Is.EqualTo(Truth.False));
    }

    [Test]
    public void ElementsInCommon_AreFoundButForOneValue()
    {
        int[] first = [0, 3, 0, 5], second = [0, 4, 7, 5];
        fixed (int* one = first, other = second)
        {
            CaptureView x = View(one, [1]), y = View(other, [1]);
            (x.Extent[0], x.Extent[1], x.Extent[2]) = (4, 1, 1);
            (y.Extent[0], y.Extent[1], y.Extent[2]) = (4, 1, 1);

            Assert.That(CaptureIntervals.EqualExcept(in x, [new(0, 2)], in y, [new(0, 3)], new(0)), Is.EqualTo(Truth.False));
            // A conjunction with what is not refuted says what it said without.
            Assert.That(CaptureIntervals.EqualExcept(in x, [new(0, 2)], in y, [new(0, 3)], new(1)), Is.EqualTo(Truth.True));
            Assert.That(CaptureIntervals.EqualExcept(in x, [new(3, 3)], in y, [new(3, 3)], new(0)), Is.EqualTo(Truth.True));
            Assert.That(CaptureIntervals.EqualExcept(in x, [new(0, 2)], in y, [new(0, 3)], new(0, 1)), Is.EqualTo(Truth.True));
        }
    }

    [Test]
    public void Tables_GiveTheBoundsOfEveryElement([Values(65, 96, 1000, 4099)] int length, [Values(0, 1)] int dimension, [Values(1, 3)] int gap)
    {
        const int lines = 3;
        var random = new Random(length);
        var numbers = new int[lines * length * gap];
        var conditions = new bool[numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
            (numbers[i], conditions[i]) = (random.Next(-1000, 1000), i / length % 2 == 0);
        fixed (int* number = numbers)
        fixed (bool* condition = conditions)
        {
            CaptureView ints = LinesAlong(number, dimension, lines, length, gap), bools = LinesAlong(condition, dimension, lines, length, gap);
            var lookups = default(BoundsLookups);
            lookups.AddInt(in ints, dimension);
            lookups.AddBool(in bools, dimension);
            using CpuBoundsTables tables = CpuBoundsTables.Build(in lookups);
            for (int i = 0; i < 500; i++)
            {
                Interval<int> along = Draw(random, length), line = new(random.Next(lines));
                (Interval<int> i0, Interval<int> i1) = dimension == 0 ? (along, line) : (line, along);
                (Interval<int> bounds, Truth truth) = Look(ints, bools, i0, i1, new(0));
                Assert.That(CaptureIntervals.Int(in ints, in tables.Tables[0], i0, i1), Is.EqualTo(bounds), $"{i0} {i1}");
                Assert.That(CaptureIntervals.Bool(in bools, in tables.Tables[1], i0, i1), Is.EqualTo(truth), $"{i0} {i1}");
            }
        }
    }

    private static CaptureView LinesAlong(void* data, int dimension, int lines, int length, int gap)
    {
        var view = new CaptureView { Data = data };
        (view.Extent[dimension], view.Extent[1 - dimension], view.Extent[2], view.Extent[3]) = (length, lines, 1, 1);
        (view.Stride[dimension], view.Stride[1 - dimension]) = (gap, length * gap);
        return view;
    }

    private static void AssertExact(CaptureView numbers, CaptureView conditions, Interval<int> i0, Interval<int> i1, Interval<int> i2)
    {
        (Interval<int> bounds, Truth truth) = Look(numbers, conditions, i0, i1, i2);
        Assert.That(CaptureIntervals.Int(in numbers, default, i0, i1, i2), Is.EqualTo(bounds), $"{i0} {i1} {i2}");
        Assert.That(CaptureIntervals.Bool(in conditions, default, i0, i1, i2), Is.EqualTo(truth), $"{i0} {i1} {i2}");
    }

    private static (Interval<int> Bounds, Truth Truth) Look(
        CaptureView numbers, CaptureView conditions, Interval<int> i0, Interval<int> i1, Interval<int> i2)
    {
        int low = int.MaxValue, high = int.MinValue;
        Truth truth = 0;
        for (int a = i0.Low; a <= i0.High; a++)
        {
            for (int b = i1.Low; b <= i1.High; b++)
            {
                for (int c = i2.Low; c <= i2.High; c++)
                {
                    int number = CaptureReader.Int(in numbers, a, b, c);
                    (low, high) = (Math.Min(low, number), Math.Max(high, number));
                    truth |= Intervals.Of(CaptureReader.Bool(in conditions, a, b, c));
                }
            }
        }

        return (new Interval<int>(low, high), truth);
    }

    /// <summary>Mostly within the extent, sometimes past one of its ends or both.</summary>
    private static Interval<int> Draw(Random random, int extent)
    {
        int low = random.Next(-1, extent + 1);
        return new Interval<int>(low, low + random.Next(extent));
    }

    private static CaptureView View(void* data, int[] strides)
    {
        var view = new CaptureView { Data = data };
        for (int i = 0; i < 4; i++)
        {
            view.Extent[i] = i < Extents.Length ? Extents[i] : 1;
            view.Stride[i] = i < strides.Length ? strides[i] : 0;
        }

        return view;
    }
}
