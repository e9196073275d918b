using FlexAttention.Benchmarks.Harness;
using FlexAttention.Benchmarks.Problems;
using FlexAttention.Benchmarks.Results;

namespace FlexAttention.Benchmarks.Suites.Attention;

/// <summary>What the suites that time attention have in common: cells in, rows out.</summary>
internal static class AttentionSuite
{
    /// <summary>Times cells; those with common inputs should be next to each other.</summary>
    public static IEnumerable<ResultRow> Time(IReadOnlyList<Cell> cells, CudaDevice gpu, CellTimer timer)
    {
        foreach (IGrouping<ProblemShape, Cell> group in cells.GroupBy(cell => cell.Shape))
        {
            using var inputs = new InputSets(gpu, group.Key);
            foreach (Cell cell in group)
                yield return Time(cell, gpu, inputs, timer);
        }
    }

    private static ResultRow Time(Cell cell, CudaDevice gpu, InputSets inputs, CellTimer timer)
    {
        using Problem problem = Catalogue.All[cell.Variant](gpu, cell.Shape);
        ForwardOptions options = problem.Options();
        double error = problem.ReferenceFor(inputs[0]).ErrorOf(() => problem.Call(inputs[0], options));
        GpuTimer ours = new GpuTimer(gpu, call => problem.Call(inputs[call], options)).WarmUp();
        CellTimes times = timer.Measure(ours, cell);
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
