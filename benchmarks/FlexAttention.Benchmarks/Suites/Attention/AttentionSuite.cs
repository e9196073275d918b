using FlexAttention.Benchmarks.Harness;
using FlexAttention.Benchmarks.Problems;
using FlexAttention.Benchmarks.Results;

namespace FlexAttention.Benchmarks.Suites.Attention;

/// <summary>What the suites that time attention have in common: cells in, rows out.</summary>
internal static class AttentionSuite
{
    /// <summary>Times forward calls; cells with common inputs should be next to each other.</summary>
    public static IEnumerable<ResultRow> Forward(IReadOnlyList<Cell> cells, CudaDevice gpu, CellTimer timer) =>
        Time(cells, gpu, backward: false, (cell, inputs) =>
        {
            using Problem problem = Catalogue.All[cell.Variant](gpu, cell.Shape);
            ForwardOptions options = problem.Options();
            double error = problem.ReferenceFor(inputs[0]).ErrorOf(() => problem.Call(inputs[0], options));
            return Time(cell, gpu, call => problem.Call(inputs[call], options), timer, error);
        });

    /// <summary>Times backward calls on what forward calls have computed before.</summary>
    public static IEnumerable<ResultRow> Backward(IReadOnlyList<Cell> cells, CudaDevice gpu, CellTimer timer) =>
        Time(cells, gpu, backward: true, (cell, inputs) =>
        {
            using Problem problem = BackwardCatalogue.Create(cell.Variant, gpu, cell.Shape);
            var forward = new ForwardOptions { BlockMask = problem.Blocks, ReturnLse = true };
            foreach (InputSet<BFloat16> set in inputs.All)
                problem.Call(set, forward);
            BackwardOptions options = problem.BackwardOptions();
            double error = SampledGradients.Of(inputs[0], problem).ErrorOf(() => problem.Backward(inputs[0], options));
            return Time(cell, gpu, call => problem.Backward(inputs[call], options).Dispose(), timer, error);
        });

    private static IEnumerable<ResultRow> Time(
        IReadOnlyList<Cell> cells, CudaDevice gpu, bool backward, Func<Cell, InputSets, ResultRow> time)
    {
        foreach (IGrouping<ProblemShape, Cell> group in cells.GroupBy(cell => cell.Shape))
        {
            using var inputs = new InputSets(gpu, group.Key, backward);
            foreach (Cell cell in group)
                yield return time(cell, inputs);
        }
    }

    private static ResultRow Time(Cell cell, CudaDevice gpu, Action<int> call, CellTimer timer, double error)
    {
        CellTimes times = timer.Measure(new GpuTimer(gpu, call).WarmUp(), cell);
        return new(
            cell.Suite,
            cell.Variant,
            cell.Batch,
            cell.QHeads,
            cell.KvHeads,
            cell.KvLength,
            cell.HeadDim,
            "bfloat16",
            gpu.Name,
            times.Ours,
            times.Peers,
            error);
    }
}
