using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace FlexAttention.Benchmarks.Suites.ColdStart;

/// <summary>What the cold start suite runs in fresh processes: one result on a GPU, and how long each stage took.</summary>
internal static class ColdStartProbe
{
    public const string Name = "coldstart-probe";
    public const int Length = 1024;
    public const int HeadDim = 64;

    public static Command CreateCommand()
    {
        var requested = new Argument<long>("requested") { Description = "The parent's Stopwatch timestamp." };
        var command = new Command(Name, "One result in a fresh process; prints its stages.") { requested };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            ColdStartStages stages = Run(parsed.GetValue(requested));
            Console.WriteLine(string.Join(' ', stages.ToArray().Select(stage => stage.ToString("R", CultureInfo.InvariantCulture))));
        });
        return command;
    }

    private static ColdStartStages Run(long requested)
    {
        double start = Stopwatch.GetElapsedTime(requested).TotalMilliseconds;
        CudaDevice gpu = null!;
        double driver = Time(() =>
        {
            gpu = CudaDevice.Get();
            gpu.Synchronize();
        });
        DeviceTensor<BFloat16> input = null!;
        double inputs = Time(() => input = DeviceTensor<BFloat16>.From(new BFloat16[Length * HeadDim], [1, 1, Length, HeadDim], gpu));
        double nvrtc = Time(() => _ = Device.Best);
        BlockMask blocks = null!;
        double first = Time(() =>
        {
            blocks = Variants.CausalKernel.CreateBlockMask(1, 1, Length, Length, new() { Device = gpu });
            Attend(input, blocks);
        });
        double launch = Time(() => Attend(input, blocks));
        return new ColdStartStages(start, driver, inputs, nvrtc, first - launch, launch);
    }

    /// <summary>One call, up to its result on the host.</summary>
    private static void Attend(DeviceTensor<BFloat16> input, BlockMask blocks)
    {
        using AttentionOutput<BFloat16> output = Variants.SoftcapKernel.Forward(input, input, input, new ForwardOptions { BlockMask = blocks });
        output.Output.ToArray();
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
