using System.Globalization;

namespace FlexAttention.Compilation;

/// <summary>What one kernel uses, as the assembler reports it in NVRTC's log.</summary>
/// <param name="Entry">The kernel's name.</param>
/// <param name="Registers">Registers a thread.</param>
/// <param name="StackBytes">Local memory a thread.</param>
/// <param name="SpillStoreBytes">Registers written to local memory for want of room.</param>
/// <param name="SpillLoadBytes">The same, read back.</param>
/// <param name="SharedBytes">Static shared memory a block.</param>
internal sealed record KernelResources(
    string Entry, int Registers, int StackBytes, int SpillStoreBytes, int SpillLoadBytes, int SharedBytes)
{
    /// <summary>Reads all kernels' lines from a log made with <c>--ptxas-options=-v</c>.</summary>
    public static IReadOnlyList<KernelResources> Parse(string log)
    {
        var kernels = new List<KernelResources>();
        string entry = "";
        int stack = 0, stores = 0, loads = 0;
        foreach (string line in log.Split('\n'))
        {
            const string marker = "Compiling entry function '";
            int start = line.IndexOf(marker, StringComparison.Ordinal);
            if (start >= 0)
            {
                entry = line[(start + marker.Length)..].Split('\'')[0];
                (stack, stores, loads) = (0, 0, 0);
            }
            else if (line.Contains("bytes stack frame", StringComparison.Ordinal))
            {
                stack = NumberBefore(line, " bytes stack frame");
                stores = NumberBefore(line, " bytes spill stores");
                loads = NumberBefore(line, " bytes spill loads");
            }
            else if (line.Contains(" registers", StringComparison.Ordinal) && entry.Length > 0)
            {
                kernels.Add(new KernelResources(
                    entry, NumberBefore(line, " registers"), stack, stores, loads, NumberBefore(line, " bytes smem")));
                entry = "";
            }
        }

        return kernels;
    }

    /// <summary>Whether a log reports wgmma instructions that run one after the other.</summary>
    public static bool SaysSerialized(string log)
    {
        foreach (ReadOnlySpan<char> line in log.AsSpan().EnumerateLines())
        {
            if (line.Contains("wgmma", StringComparison.Ordinal) && line.Contains("serialized", StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static int NumberBefore(string line, string unit)
    {
        int end = line.IndexOf(unit, StringComparison.Ordinal);
        if (end < 0)
            return 0;
        int start = end;
        while (start > 0 && char.IsAsciiDigit(line[start - 1]))
            start--;
        return int.TryParse(line.AsSpan(start, end - start), CultureInfo.InvariantCulture, out int number) ? number : 0;
    }
}
