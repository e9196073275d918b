using System.CommandLine;
using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Peers;

/// <summary>The options of a command that times peers.</summary>
internal sealed class PeerOptions
{
    private readonly Option<bool> _none = new("--no-peers") { Description = "Time ours alone." };

    private readonly Option<string[]> _names = new("--peers")
    {
        Description = "The peers to time.",
        DefaultValueFactory = _ => [.. PeerNames.All],
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _python = new("--python") { Description = "The Python that has torch.", DefaultValueFactory = _ => "python3" };

    private readonly Option<string?> _cache = new("--peer-cache")
    {
        Description = "Where torch keeps what it compiles; a temporary folder where not given, so that nothing is left over from earlier runs.",
    };

    private readonly Option<int> _workers = new("--warm-workers")
    {
        Description = "The processes that compile for torch before anything is timed; 0 compiles each cell when its turn comes.",
        DefaultValueFactory = _ => Math.Clamp(Environment.ProcessorCount - 4, 1, 10),
    };

    public PeerOptions() => _names.AcceptOnlyFromAmong([.. PeerNames.All]);

    public void AddTo(Command command)
    {
        command.Options.Add(_none);
        command.Options.Add(_names);
        command.Options.Add(_python);
        command.Options.Add(_cache);
        command.Options.Add(_workers);
    }

    /// <summary>The peers of a run; their caches are deleted with them unless they were asked for by name.</summary>
    public PeerSession Open(ParseResult parsed, IReadOnlyList<Cell> cells) =>
        parsed.GetValue(_none)
            ? PeerSession.None
            : PeerSession.Open(
                new PeerScript(parsed.GetValue(_python)!, parsed.GetValue(_cache)),
                parsed.GetValue(_names)!,
                parsed.GetValue(_workers),
                cells);
}
