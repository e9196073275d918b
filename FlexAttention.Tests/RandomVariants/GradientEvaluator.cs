using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FlexAttention.Cpu;
using FlexAttention.Cpu.Lanes;
using FlexAttention.Descriptors;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.RandomVariants;

/// <summary>What a variant's gradient hooks make of points.</summary>
/// <param name="Lanes">The kind of lanes.</param>
/// <param name="ByScore">The derivative by the score at each point.</param>
/// <param name="X">The gradient of the captured scalar.</param>
/// <param name="Table">The gradient of the captured table.</param>
internal sealed record HookGradients(string Lanes, double[] ByScore, double X, double[,] Table);

/// <summary>Runs a variant's gradient hooks at points, in every kind of lanes.</summary>
internal static class GradientEvaluator
{
    /// <summary>The gradients, where <paramref name="gradients"/> are those of the scores at the points.</summary>
    public static IEnumerable<HookGradients> Evaluate<TVariant>(TVariant variant, VariantPoint[] points, double[] gradients)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        yield return Run<TVariant, Float128, float, Vector128<float>, Vector128<int>>("Float128", variant, points, gradients);
        yield return Run<TVariant, Float256, float, Vector256<float>, Vector256<int>>("Float256", variant, points, gradients);
        yield return Run<TVariant, Float512, float, Vector512<float>, Vector512<int>>("Float512", variant, points, gradients);
        yield return Run<TVariant, Double512, double, Vector512<double>, Vector256<int>>("Double512", variant, points, gradients);
    }

    private static unsafe HookGradients Run<TVariant, TLanes, TScalar, TFloat, TInt>(
        string lanes, TVariant variant, VariantPoint[] points, double[] gradients)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
        where TLanes : struct, ILanes<TScalar, TFloat, TInt>
        where TScalar : unmanaged
        where TFloat : struct
        where TInt : struct
    {
        const int length = RandomVariantWriter.TableLength, run = VariantPoints.RunLength;
        double x = 0;
        var table = new double[length, length];
        var byScore = new double[points.Length];
        fixed (double* first = table)
        {
            GradientView[] targets = [View(&x, 1, 1), View(first, length, length)];
            for (int start = 0; start < points.Length; start += run)
            {
                (_, int b, int h, int q, int kv) = points[start];
                TScalar[] scores = [.. points.AsSpan(start, run).ToArray().Select(point => Of<TScalar>(point.Score))];
                TScalar[] derivatives = [.. Enumerable.Repeat(Of<TScalar>(1), run)];
                TScalar[] weights = [.. gradients.AsSpan(start, run).ToArray().Select(Of<TScalar>)];
                variant.AddCaptureGradients<TLanes, TScalar, TFloat, TInt>(ref scores[0], ref weights[0], run, b, h, q, kv, targets);
                if (TVariant.Descriptor.HasScoreDerivative)
                    variant.ApplyScoreGradient<TLanes, TScalar, TFloat, TInt>(ref scores[0], ref derivatives[0], run, b, h, q, kv);
                for (int i = 0; i < run; i++)
                    byScore[start + i] = Convert.ToDouble(derivatives[i], null);
            }
        }

        return new HookGradients(lanes, byScore, x, table);
    }

    private static unsafe GradientView View(double* data, int rows, int columns)
    {
        var view = new GradientView { Data = data, IsWide = true };
        (view.Extent[0], view.Extent[1], view.Extent[2], view.Extent[3]) = (rows, columns, 1, 1);
        (view.Stride[0], view.Stride[1]) = (columns, 1);
        return view;
    }

    private static TScalar Of<TScalar>(double value)
        where TScalar : unmanaged
    {
        if (typeof(TScalar) == typeof(double))
            return Unsafe.BitCast<double, TScalar>(value);
        return Unsafe.BitCast<float, TScalar>((float)value);
    }
}
