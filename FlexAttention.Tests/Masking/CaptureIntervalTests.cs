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

        Assert.That(CaptureIntervals.Int(in numbers, new(0, 999_999)), Is.EqualTo(Interval<int>.All));
        Assert.That(CaptureIntervals.Bool(in numbers, Interval<int>.All), Is.EqualTo(Truth.Unknown));
    }

    [Test]
    public void NoElements_ReadAsZero()
    {
        var empty = new CaptureView();
        (empty.Extent[0], empty.Extent[1], empty.Extent[2], empty.Extent[3]) = (0, 1, 1, 1);

        Assert.That(CaptureIntervals.Int(in empty, new(0, 10)), Is.EqualTo(new Interval<int>(0)));
        Assert.That(CaptureIntervals.Bool(in empty, Interval<int>.All), Is.EqualTo(Truth.False));
    }

    private static void AssertExact(CaptureView numbers, CaptureView conditions, Interval<int> i0, Interval<int> i1, Interval<int> i2)
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

        Assert.That(CaptureIntervals.Int(in numbers, i0, i1, i2), Is.EqualTo(new Interval<int>(low, high)), $"{i0} {i1} {i2}");
        Assert.That(CaptureIntervals.Bool(in conditions, i0, i1, i2), Is.EqualTo(truth), $"{i0} {i1} {i2}");
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
