using System.CommandLine;

namespace FlexAttention.Benchmarks.Harness;

/// <summary>The options of a command that times in rounds.</summary>
internal sealed class RoundOptions
{
    private readonly Option<int> _rounds = new("--rounds") { DefaultValueFactory = _ => 5, Description = "The timings of each contender." };

    private readonly Option<double> _rest = new("--rest")
    {
        DefaultValueFactory = _ => 0.3,
        Description = "The pause before each timing, in seconds; 0 for sustained load, which the power limit slows.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_rounds);
        command.Options.Add(_rest);
    }

    public Rounds Read(ParseResult parsed) => new(parsed.GetValue(_rounds), TimeSpan.FromSeconds(parsed.GetValue(_rest)));
}
