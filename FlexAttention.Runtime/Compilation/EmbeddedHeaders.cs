using System.Reflection;

namespace FlexAttention.Compilation;

/// <summary>The kernels' headers, which NVRTC gets in memory under the names that they include each other by.</summary>
internal static class EmbeddedHeaders
{
    private static readonly Lazy<(string[] Names, string[] Texts)> All = new(Read);

    /// <summary>The names: "flex/core/math.cuh". Sorted, so that keys are stable.</summary>
    public static IReadOnlyList<string> Names => All.Value.Names;

    /// <summary>The texts, in the order of the names.</summary>
    public static IReadOnlyList<string> Texts => All.Value.Texts;

    private static (string[] Names, string[] Texts) Read()
    {
        Assembly assembly = typeof(EmbeddedHeaders).Assembly;
        string[] resources = Array.FindAll(
            assembly.GetManifestResourceNames(), name => name.StartsWith("flex/", StringComparison.Ordinal)
                || name.StartsWith("flex\\", StringComparison.Ordinal));
        Array.Sort(resources, StringComparer.Ordinal);
        string[] texts = Array.ConvertAll(resources, resource =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            return reader.ReadToEnd();
        });

        // Built on Windows, the folder part of a resource's name has the other slash.
        return (Array.ConvertAll(resources, resource => resource.Replace('\\', '/')), texts);
    }
}
