using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Stubs;

/// <summary>The properties that hold the gradients of captures: <c>DSlopes</c> for <c>slopes</c>.</summary>
internal static class GradientNames
{
    /// <summary>What the properties' class inherits or declares beside them.</summary>
    private static readonly string[] Members = ["Dq", "Dk", "Dv", "DSinks", "Deconstruct", "Dispose"];

    /// <summary>The properties of captures, in order.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<CaptureModel> captures)
    {
        var taken = new HashSet<string>(Members);
        return [.. captures.Select(capture => Free("D" + char.ToUpperInvariant(capture.Name[0]) + capture.Name.Substring(1), taken))];
    }

    /// <summary>The same as names of variables: <c>dSlopes</c>.</summary>
    public static string Variable(string property) => "d" + property.Substring(1);

    private static string Free(string name, HashSet<string> taken)
    {
        while (!taken.Add(name))
            name += "Capture";
        return name;
    }
}
