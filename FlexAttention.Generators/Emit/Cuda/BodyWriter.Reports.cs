using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>The checked mode: one report for each dimension of each captured access.</summary>
internal sealed partial class BodyWriter
{
    private readonly HashSet<LoadNode> _reported = [];

    private void WriteReport(int node, LoadNode load)
    {
        // The same access again, or under a condition after it happened without one.
        if (_reported.Contains(load with { Guard = IrBuilder.Always }) || !_reported.Add(load))
            return;
        EnterLine(node);
        if (load.Guard == IrBuilder.Always)
        {
            WriteReports(load);
            return;
        }

        using (_unit.Writer.Block($"if ({_expressions[load.Guard]})"))
            WriteReports(load);
    }

    private void WriteReports(LoadNode load)
    {
        for (int i = 0; i < load.Indices.Count; i++)
        {
            string extent = $"{_unit.Captures[load.Capture]}.extent[{i}]";
            _unit.Writer.WriteLine($"checker.index({load.Capture}, {i}, {_expressions[load.Indices[i]]}, {extent});");
        }
    }
}
