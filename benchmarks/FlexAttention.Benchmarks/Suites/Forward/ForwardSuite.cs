using System.CommandLine;
using FlexAttention.Benchmarks.Harness;
using Spectre.Console;

namespace FlexAttention.Benchmarks.Suites.Forward;

/// <summary>The forward kernels on a GPU, in bfloat16: medians by events, with inputs that the L2 cache does not hold.</summary>
internal static class ForwardSuite
{
    public static Command CreateCommand()
    {
        var lengths = new Option<int[]>("--lengths") { DefaultValueFactory = _ => [2048, 8192], AllowMultipleArgumentsPerToken = true };
        var headDims = new Option<int[]>("--head-dims") { DefaultValueFactory = _ => [64, 128], AllowMultipleArgumentsPerToken = true };
        var batch = new Option<int>("--batch") { DefaultValueFactory = _ => 4 };
        var heads = new Option<int>("--heads") { DefaultValueFactory = _ => 16 };
        var variants = new Option<string[]>("--variants") { DefaultValueFactory = _ => [.. ForwardCases.All.Keys], AllowMultipleArgumentsPerToken = true };
        variants.AcceptOnlyFromAmong([.. ForwardCases.All.Keys]);
        var json = new Option<string?>("--json") { Description = "Also write the figures to this file." };
        var command = new Command("forward", "The forward kernels on a GPU, bfloat16.") { lengths, headDims, batch, heads, variants, json };
        command.SetAction(parsed =>
        {
            if (Device.Best is not CudaDevice gpu)
            {
                AnsiConsole.WriteLine($"The forward suite needs a GPU: {Device.DescribeBest()}");
                return 1;
            }

            var shapes =
                from headDim in parsed.GetValue(headDims)!
                from length in parsed.GetValue(lengths)!
                select new ForwardShape(parsed.GetValue(batch), parsed.GetValue(heads), length, headDim);
            List<Measurement> measurements = [.. shapes.SelectMany(shape => Measure(gpu, shape, parsed.GetValue(variants)!))];
            AnsiConsole.Write(ToTable(gpu, measurements));
            if (parsed.GetValue(json) is { } path)
                MeasurementFile.Write(path, measurements);
            return 0;
        });
        return command;
    }

    private static IEnumerable<Measurement> Measure(CudaDevice gpu, ForwardShape shape, string[] variants)
    {
        using var inputs = new ForwardInputs(gpu, shape);
        foreach (string variant in variants)
        {
            using ForwardCase test = ForwardCases.All[variant](gpu, shape);
            double milliseconds = GpuTimer.Measure(gpu, call => test.Call(inputs[call]));
            double teraflops = shape.Operations(test.Pairs) / milliseconds / 1e9;
            yield return new("ours", gpu.Name, test.Name, shape.HeadDim, shape.Length, milliseconds, teraflops);
        }
    }

    private static Table ToTable(CudaDevice gpu, List<Measurement> measurements)
    {
        Table table = new Table().Title(Markup.Escape($"forward, bfloat16, {gpu}"))
            .AddColumns("variant", "D", "S", "ms", "TFLOP/s");
        foreach (Measurement m in measurements)
            table.AddRow(m.Variant, $"{m.HeadDim}", $"{m.Length}", $"{m.Milliseconds:F3}", $"{m.Teraflops:F0}");
        return table;
    }
}
