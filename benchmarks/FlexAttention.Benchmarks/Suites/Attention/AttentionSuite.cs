using FlexAttention.Benchmarks.Harness;
using FlexAttention.Benchmarks.Problems;
using FlexAttention.Benchmarks.Results;

namespace FlexAttention.Benchmarks.Suites.Attention;

/// <summary>What the suites that time attention have in common: cells in, rows out.</summary>
internal static class AttentionSuite
{
    /// <summary>The plan that times the cells; those with common inputs should be next to each other.</summary>
    public static SuitePlan Plan(string suite, IReadOnlyList<AttentionCell> cells) =>
        new([.. cells.Select(cell => cell.ToPeers(suite))], (gpu, timer) => Rows(suite, cells, gpu, timer));

    private static IEnumerable<ResultRow> Rows(string suite, IReadOnlyList<AttentionCell> cells, CudaDevice gpu, CellTimer timer)
    {
        foreach (IGrouping<ProblemShape, AttentionCell> group in cells.GroupBy(cell => cell.Shape))
        {
            using var inputs = new InputSets(gpu, group.Key);
            foreach (AttentionCell cell in group)
                yield return Time(suite, cell, gpu, inputs, timer);
        }
    }

    private static ResultRow Time(string suite, AttentionCell cell, CudaDevice gpu, InputSets inputs, CellTimer timer)
    {
        using Problem problem = Catalogue.All[cell.Variant](gpu, cell.Shape);
        ForwardOptions options = problem.Options();
        double error = problem.ReferenceFor(inputs[0]).ErrorOf(() => problem.Call(inputs[0], options));
        GpuTimer ours = new GpuTimer(gpu, call => problem.Call(inputs[call], options)).WarmUp();
        CellTimes times = timer.Measure(ours, cell.ToPeers(suite));
        ProblemShape shape = cell.Shape;
        return new(
            suite,
            cell.Variant,
            shape.Batch,
            shape.QHeads,
            shape.KvHeads,
            shape.KvLength,
            shape.HeadDim,
            "bfloat16",
            gpu.Name,
            times.Ours,
            times.Peers,
            error);
    }
}
