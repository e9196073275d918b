using System.Globalization;
using System.Text;

namespace FlexAttention;

/// <summary>NVRTC rejected a generated kernel.</summary>
public sealed class KernelCompilationException : Exception
{
    internal KernelCompilationException(string variant, string kernel, string architecture, string reason, string log, string source)
        : base(
            $"{kernel} of variant '{variant}' did not compile for {architecture}: {reason}. NVRTC's log, with C# files and " +
            $"lines where the code came from C#:{Environment.NewLine}{log.Trim()}")
    {
        Variant = variant;
        Architecture = architecture;
        Log = log;
        NumberedSource = Number(source);
    }

    /// <summary>The variant's C# name.</summary>
    public string Variant { get; }

    /// <summary>What the kernel was compiled for.</summary>
    public string Architecture { get; }

    /// <summary>NVRTC's log. Lines of a variant's methods carry the C# file and line that they were generated from.</summary>
    public string Log { get; }

    /// <summary>The generated unit, with line numbers.</summary>
    public string NumberedSource { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{base.ToString()}{Environment.NewLine}The generated unit:{Environment.NewLine}{NumberedSource}";

    private static string Number(string source)
    {
        var text = new StringBuilder();
        int number = 1;
        foreach (ReadOnlySpan<char> line in source.AsSpan().EnumerateLines())
            text.Append(CultureInfo.InvariantCulture, $"{number++,5}  {line}").Append('\n');
        return text.ToString();
    }
}
