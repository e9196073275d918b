using System.CommandLine;
using FlexAttention.Benchmarks.Harness;
using FlexAttention.Benchmarks.Problems;
using FlexAttention.Compilation;
using FlexAttention.Execution;

namespace FlexAttention.Benchmarks.Suites.Tune;

/// <summary>Times tiles against each other: ours only, each checked against double precision first.</summary>
internal static class TuneSuite
{
    public static Command CreateCommand()
    {
        var variants = new Option<string[]>("--variants") { DefaultValueFactory = _ => ["none", "causal"], AllowMultipleArgumentsPerToken = true };
        variants.AcceptOnlyFromAmong([.. Catalogue.All.Keys]);
        var headDims = new Option<int[]>("--head-dims") { DefaultValueFactory = _ => [64, 128], AllowMultipleArgumentsPerToken = true };
        var lengths = new Option<int[]>("--lengths") { DefaultValueFactory = _ => [8192], AllowMultipleArgumentsPerToken = true };
        var batch = new Option<int>("--batch") { DefaultValueFactory = _ => 4 };
        var heads = new Option<int>("--heads") { DefaultValueFactory = _ => 16 };
        var kvHeads = new Option<int?>("--kv-heads") { Description = "As many as heads where not given." };
        var tiles = new Option<string[]>("--tile")
        {
            Description = $"A tile to time, {TileText.Syntax}; may be repeated. Without it, all of the runtime's table.",
            AllowMultipleArgumentsPerToken = true,
        };
        tiles.Validators.Add(static result =>
        {
            foreach (string? error in result.Tokens.Select(token => TileText.ErrorIn(token.Value)).Where(error => error is not null))
                result.AddError(error!);
        });
        var rounds = new RoundOptions();
        var command = new Command("tune", "Tiles against each other on a GPU, bfloat16.") { variants, headDims, lengths, batch, heads, kvHeads, tiles };
        rounds.AddTo(command);
        command.SetAction(parsed =>
        {
            if (Gpu.Find("tune") is not { } gpu)
                return 1;
            TileOverride[] asked = [.. parsed.GetValue(tiles)!.Select(TileText.Parse)];
            int queryHeads = parsed.GetValue(heads);
            var kernels = new LoadedKernels();
            foreach (int headDim in parsed.GetValue(headDims)!)
            {
                foreach (int length in parsed.GetValue(lengths)!)
                {
                    var shape = new ProblemShape(
                        parsed.GetValue(batch), queryHeads, parsed.GetValue(kvHeads) ?? queryHeads, length, length, headDim);
                    Tune(gpu, shape, parsed.GetValue(variants)!, asked, rounds.Read(parsed), kernels);
                }
            }

            return 0;
        });
        return command;
    }

    private static void Tune(
        CudaDevice gpu, ProblemShape shape, string[] variants, TileOverride[] asked, Rounds rounds, LoadedKernels kernels)
    {
        using var inputs = new InputSets(gpu, shape);
        foreach (string variant in variants)
        {
            using Problem problem = Catalogue.All[variant](gpu, shape);
            IEnumerable<TileOverride> tiles = asked.Length > 0 ? asked : TableTiles(gpu, problem);
            Candidate[] candidates = [new(null), .. tiles.Select(tile => new Candidate(tile))];
            Time(gpu, problem, inputs, candidates, rounds, kernels);
            Console.Write(TuneText.Of(problem, candidates));
        }
    }

    /// <summary>The tiles of the table; those that a choice by hand cannot tell apart are one.</summary>
    private static IEnumerable<TileOverride> TableTiles(CudaDevice gpu, Problem problem)
    {
        int headDim = ForwardConfig.Padded(problem.Shape.HeadDim);
        var request = new TileRequest(ElementType.BFloat16, headDim, headDim, gpu.SharedMemoryPerBlockOptin)
        {
            Architecture = gpu.Architecture,
            Aligned = true,
            BlockMask = problem.Blocks is not null,
        };
        return ForwardTiles.Candidates(request).Select(tile => tile.ToOverride()).Distinct();
    }

    private static void Time(
        CudaDevice gpu, Problem problem, InputSets inputs, Candidate[] candidates, Rounds rounds, LoadedKernels kernels)
    {
        SampledReference<BFloat16> reference = problem.ReferenceFor(inputs[0]);
        var timers = new List<(Candidate Candidate, GpuTimer Timer)>();
        foreach (Candidate candidate in candidates)
        {
            // A kernel that never ends leaves its name behind.
            Console.Error.WriteLine($"{problem.Variant} D={problem.Shape.HeadDim} S={problem.Shape.QLength} {candidate.Name}");
            ForwardOptions options = problem.Options(candidate.Tile);
            try
            {
                candidate.Kernel = kernels.During(
                    problem.Variant,
                    problem.Shape.HeadDim,
                    candidate.Tile,
                    () => candidate.Error = reference.ErrorOf(() => problem.Call(inputs[0], options)));
                timers.Add((candidate, new GpuTimer(gpu, call => problem.Call(inputs[call], options)).WarmUp()));
            }
            catch (Exception failure) when (failure is ArgumentException or KernelCompilationException or NotSupportedException)
            {
                candidate.Failure = failure.Message.Split('\n')[0];
            }
        }

        double[] medians = rounds.Measure([.. timers.Select(entry => entry.Timer)]);
        foreach ((double median, (Candidate candidate, _)) in medians.Zip(timers))
            candidate.Milliseconds = median;
    }
}
