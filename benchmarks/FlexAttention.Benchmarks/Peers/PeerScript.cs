using System.Diagnostics;

namespace FlexAttention.Benchmarks.Peers;

/// <summary>The Python script beside this program, and where torch keeps what it compiles for it.</summary>
internal sealed class PeerScript : IDisposable
{
    /// <summary>The variable that says with how many processes torch compiles.</summary>
    public const string CompileThreads = "TORCHINDUCTOR_COMPILE_THREADS";

    private readonly string _python;
    private readonly string _cache;
    private readonly bool _ownsCache;

    /// <summary>Finds a folder for torch's caches.</summary>
    /// <param name="python">The Python to run.</param>
    /// <param name="cache">The folder; a temporary one, deleted at the end, when null.</param>
    public PeerScript(string python, string? cache)
    {
        _python = python;
        _ownsCache = cache is null;
        _cache = cache ?? Directory.CreateTempSubdirectory("flexattention-peers-").FullName;
    }

    /// <summary>The script's file.</summary>
    public static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "peers", "peers.py");

    /// <summary>How to start it.</summary>
    public ProcessStartInfo Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(_python, ["-u", Path, .. arguments]);
        start.Environment["TORCHINDUCTOR_CACHE_DIR"] = System.IO.Path.Combine(_cache, "inductor");
        start.Environment["TRITON_CACHE_DIR"] = System.IO.Path.Combine(_cache, "triton");
        start.Environment["TORCHINDUCTOR_FX_GRAPH_CACHE"] = "1";
        start.Environment["TORCHINDUCTOR_AUTOGRAD_CACHE"] = "1";
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        // Many processes compile side by side: pools of further processes in each would only cost their start.
        start.Environment[CompileThreads] = "1";
        return start;
    }

    public void Dispose()
    {
        if (_ownsCache)
            Directory.Delete(_cache, recursive: true);
    }
}
