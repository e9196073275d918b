namespace FlexAttention.Benchmarks.Problems;

/// <summary>
/// Some rows of the gradients of queries, keys and values in double, computed on the host from the same inputs and the same
/// forward results: what the error of backward kernels is taken against. The first and the last row among them, of the first
/// and the last head. Of a table of distances that learns some elements, too.
/// </summary>
internal sealed class SampledGradients
{
    private const int RandomRows = 2;

    private readonly IReadOnlyList<Row> _rows;
    private readonly IReadOnlyList<Element> _elements;

    private SampledGradients(IReadOnlyList<Row> rows, IReadOnlyList<Element> elements) => (_rows, _elements) = (rows, elements);

    /// <summary>Which gradient a row is of.</summary>
    private enum Kind
    {
        Query,
        Key,
        Value,
    }

    /// <summary>Computes the rows.</summary>
    /// <param name="inputs">The tensors of the calls to check, with what a forward call has written.</param>
    /// <param name="problem">The variant.</param>
    public static SampledGradients Of(InputSet<BFloat16> inputs, Problem problem)
    {
        var random = new Random(4);
        ProblemShape shape = problem.Shape;
        if (shape.QLength != shape.KvLength)
            throw new ArgumentException("There must be as many queries as keys.", nameof(problem));
        IEnumerable<(int B, int Head)> heads = ((int, int)[])[(0, 0), (shape.Batch - 1, shape.KvHeads - 1)];
        int[] rows = [0, shape.KvLength - 1, .. Enumerable.Range(0, RandomRows).Select(_ => random.Next(shape.KvLength))];
        return new SampledGradients(
            [.. heads.Distinct().SelectMany(head => RowsOf(inputs, problem, head.B, head.Head, rows))],
            problem.LearnsDistances && problem.Gradients.HasFlag(GradientKinds.Captures) ? ElementsOf(inputs, problem, rows) : []);
    }

    /// <summary>The largest absolute error of the sample in a call's gradients; infinite where a number is not finite.</summary>
    public double ErrorOf(Func<AttentionGradients<BFloat16>> call)
    {
        using AttentionGradients<BFloat16> gradients = call();
        return _rows.Select(row => row.ErrorIn(gradients)).Concat(_elements.Select(element => element.ErrorIn(gradients))).Aggregate(Math.Max);
    }

    /// <summary>Distances as far apart as the rows, before and behind the query, of the first and the last query head.</summary>
    private static Element[] ElementsOf(InputSet<BFloat16> inputs, Problem problem, int[] rows)
    {
        ProblemShape shape = problem.Shape;
        int[] distances = [.. rows.SelectMany(row => (int[])[row, -row]).Distinct()];
        return [.. ((int[])[0, shape.QHeads - 1]).Distinct().SelectMany(h =>
        {
            GradientHead[] batches = [.. Enumerable.Range(0, shape.Batch).Select(b => new GradientHead(inputs, problem, b, h))];
            return distances.AsParallel().Select(distance =>
                new Element(h, distance + shape.KvLength - 1, batches.Sum(batch => batch.OfDistance(distance))));
        })];
    }

    private static Row[] RowsOf(InputSet<BFloat16> inputs, Problem problem, int b, int kvHead, int[] rows)
    {
        int group = problem.Shape.QHeads / problem.Shape.KvHeads, dimension = problem.Shape.HeadDim;
        GradientHead[] heads = [.. Enumerable.Range(kvHead * group, group).Select(h => new GradientHead(inputs, problem, b, h))];
        return [.. rows.Distinct().AsParallel().SelectMany(row =>
        {
            double[] dq = new double[dimension], dk = new double[dimension], dv = new double[dimension];
            heads[0].AddQuery(row, dq);
            foreach (GradientHead head in heads)
                head.AddKey(row, dk, dv);
            return (Row[])
            [
                new(Kind.Query, b, kvHead * group, row, dq),
                new(Kind.Key, b, kvHead, row, dk),
                new(Kind.Value, b, kvHead, row, dv),
            ];
        })];
    }

    private sealed record Row(Kind Kind, int B, int H, int Index, double[] Expected)
    {
        public double ErrorIn(AttentionGradients<BFloat16> gradients)
        {
            DeviceTensor<BFloat16> tensor = Kind switch
            {
                Kind.Query => gradients.Dq,
                Kind.Key => gradients.Dk,
                _ => gradients.Dv,
            };
            BFloat16[] actual = tensor.Slice(0, B, 1).Slice(1, H, 1).Slice(2, Index, 1).ToArray();
            // Math.Max lets NaN through; Enumerable.Max would drop it.
            return InfiniteUnlessFinite(actual.Zip(Expected, static (item, expected) => Math.Abs(item - expected)).Aggregate(Math.Max));
        }
    }

    private sealed record Element(int H, int Index, double Expected)
    {
        public double ErrorIn(AttentionGradients<BFloat16> gradients) =>
            InfiniteUnlessFinite(Math.Abs(gradients.Captures[0].Slice(0, H, 1).Slice(1, Index, 1).ToArray()[0] - Expected));
    }

    private static double InfiniteUnlessFinite(double error) => double.IsFinite(error) ? error : double.PositiveInfinity;
}
