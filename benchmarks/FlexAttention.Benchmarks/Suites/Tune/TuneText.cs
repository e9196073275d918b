using System.Text;
using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Suites.Tune;

/// <summary>The outcome of one problem as text: a line a tile, the fastest first.</summary>
internal static class TuneText
{
    public static string Of(Problem problem, IEnumerable<Candidate> candidates)
    {
        ProblemShape shape = problem.Shape;
        var text = new StringBuilder();
        text.AppendLine($"# {problem.Variant} D={shape.HeadDim} S={shape.QLength} B={shape.Batch} Hq={shape.QHeads} Hkv={shape.KvHeads}");
        text.AppendLine($"{"ms",8} {"TFLOP/s",8} {"error",8} {"regs",5} {"spill",5}  tile");
        foreach (Candidate candidate in candidates.OrderBy(candidate => candidate.Failure is null ? candidate.Milliseconds : double.MaxValue))
            text.AppendLine(candidate.Failure is { } failure ? $"{"-",8} {candidate.Name}: {failure}" : Line(shape, problem.Variant, candidate));
        return text.ToString();
    }

    private static string Line(ProblemShape shape, string variant, Candidate candidate)
    {
        double teraflops = shape.Operations(variant) / candidate.Milliseconds / 1e9;
        string registers = $"{candidate.Kernel?.Registers,5} {candidate.Kernel?.SpillBytes,5}";
        string serialized = candidate.Kernel is { IsSerialized: true } ? " (serialized)" : "";
        return $"{candidate.Milliseconds,8:F3} {teraflops,8:F0} {candidate.Error,8:0.0E+0} {registers}  {candidate.Name}{serialized}";
    }
}
