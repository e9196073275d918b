using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace FlexAttention.Benchmarks.Peers;

/// <summary>The Python process of the peers: a line of JSON in, a line of JSON out.</summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process _process;
    private readonly OutputTail _errors = new();

    private PeerProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => _errors.Add(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>Starts the process.</summary>
    /// <param name="start">What to run; its streams are redirected here.</param>
    /// <exception cref="PeerLostException">There is no such program.</exception>
    public static PeerProcess Start(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            return new PeerProcess(Process.Start(start)!);
        }
        catch (Win32Exception failure)
        {
            throw new PeerLostException($"{start.FileName} cannot be started: {failure.Message}");
        }
    }

    /// <summary>Sends a request and waits for its reply, which may say that it could not be done.</summary>
    /// <exception cref="PeerLostException">The process ended, or did not answer in time and was ended.</exception>
    public PeerReply Ask(PeerRequest request, TimeSpan timeout)
    {
        try
        {
            _process.StandardInput.WriteLine(JsonSerializer.Serialize(request, PeerJson.Default.PeerRequest));
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            throw Ended();
        }

        Task<string?> line = _process.StandardOutput.ReadLineAsync();
        if (!line.Wait(timeout))
        {
            Kill();
            throw new PeerLostException($"no answer to '{request.Do}' within {timeout.TotalSeconds:F0} s");
        }

        return Parse(line.Result ?? throw Ended());
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private static PeerReply Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, PeerJson.Default.PeerReply) ?? throw new PeerLostException($"no reply but '{line}'");
        }
        catch (JsonException)
        {
            throw new PeerLostException($"no reply but '{line}'");
        }
    }

    private PeerLostException Ended()
    {
        _process.WaitForExit(TimeSpan.FromSeconds(10));
        _errors.WaitForEnd(TimeSpan.FromSeconds(2));
        return new PeerLostException($"the process ended: {_errors.Last}");
    }

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }
}
