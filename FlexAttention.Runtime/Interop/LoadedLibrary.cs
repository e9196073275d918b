using System.Runtime.InteropServices;

namespace FlexAttention.Interop;

/// <summary>The outcome of looking for a native library.</summary>
/// <param name="Library">What was looked for.</param>
/// <param name="Handle">The loaded library; 0 when none could be.</param>
/// <param name="Path">The file or name that it was loaded by.</param>
/// <param name="Attempts">The files and names tried, in order, each with what became of it.</param>
/// <param name="Fix">What to do when it is missing.</param>
internal sealed record LoadedLibrary(string Library, nint Handle, string? Path, IReadOnlyList<string> Attempts, string Fix)
{
    public bool IsLoaded => Handle != 0;

    /// <summary>Loads the first candidate that can be loaded. One with a folder is tried only where the file exists.</summary>
    public static LoadedLibrary LoadFirst(string library, IEnumerable<string> candidates, string fix)
    {
        var attempts = new List<string>();
        foreach (string candidate in candidates)
        {
            if (System.IO.Path.IsPathRooted(candidate) && !File.Exists(candidate))
            {
                attempts.Add($"{candidate} (no such file)");
                continue;
            }

            try
            {
                nint handle = NativeLibrary.Load(candidate);
                attempts.Add($"{candidate} (loaded)");
                return new LoadedLibrary(library, handle, candidate, attempts, fix);
            }
            catch (DllNotFoundException failure)
            {
                attempts.Add($"{candidate} ({Reason(failure)})");
            }
            catch (BadImageFormatException)
            {
                attempts.Add($"{candidate} (not a library for this processor)");
            }
        }

        return new LoadedLibrary(library, 0, null, attempts, fix);
    }

    /// <summary>The handle, or an exception that names what was tried and what to do.</summary>
    public nint HandleOrThrow() => IsLoaded ? Handle : throw NotFound();

    public NativeLibraryNotFoundException NotFound() => new(Library, Attempts, Fix);

    private static string Reason(DllNotFoundException failure)
    {
        // The runtime's message lists every variation of the name; the loader's own words are the part that helps.
        string[] lines = failure.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string? telling = Array.Find(lines, line => line.Contains("GLIBC", StringComparison.Ordinal) || line.Contains("version", StringComparison.Ordinal));
        return telling ?? "not found";
    }
}
