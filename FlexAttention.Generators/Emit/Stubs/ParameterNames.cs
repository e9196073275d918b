using FlexAttention.Generators.Models;
using FlexAttention.Generators.Parsing;

namespace FlexAttention.Generators.Emit.Stubs;

/// <summary>
/// The names of a kernel class's own parameters. A capture keeps the name that its author gave it, so where the two
/// clash, ours give way: <c>q</c>, <c>k</c> and <c>v</c> become <c>query</c>, <c>key</c> and <c>value</c>.
/// </summary>
internal sealed class ParameterNames
{
    private readonly HashSet<string> _taken;

    public ParameterNames(IEnumerable<CaptureModel> captures)
    {
        _taken = [.. captures.Select(static capture => capture.Name)];
        bool isShort = !_taken.Overlaps(["q", "k", "v"]);
        Query = Take(isShort ? "q" : "query");
        Key = Take(isShort ? "k" : "key");
        Value = Take(isShort ? "v" : "value");
        Output = Take("output", "result");
        Options = Take("options", "callOptions");
        Device = Take("device", "targetDevice");
        Variant = Take("variant", "bound");
        ElementType = Take("T", "TElement");
        Bind = Take("Bind");
    }

    public string Query { get; }

    public string Key { get; }

    public string Value { get; }

    public string Output { get; }

    public string Options { get; }

    public string Device { get; }

    /// <summary>The local that holds the bound captures.</summary>
    public string Variant { get; }

    /// <summary>The type parameter.</summary>
    public string ElementType { get; }

    /// <summary>The method that binds captures: a parameter of its name would hide it.</summary>
    public string Bind { get; }

    /// <summary>The first name that nothing else has; the last one with underscores if all are taken.</summary>
    public string Take(params string[] choices)
    {
        string name = Array.Find(choices, choice => !_taken.Contains(choice)) ?? choices[choices.Length - 1];
        while (!_taken.Add(name))
            name += "_";
        return name;
    }

    /// <summary>A capture as a parameter: its type and name.</summary>
    public static string Declare(CaptureModel capture) => $"{ParameterType(capture)} {SymbolText.Identifier(capture.Name)}";

    /// <summary>The C# type of a capture's elements.</summary>
    public static string ElementTypeName(CaptureElement element) => element switch
    {
        CaptureElement.Int32 => "int",
        CaptureElement.Float32 => "float",
        CaptureElement.Half => "global::System.Half",
        CaptureElement.Bool => "bool",
        CaptureElement.UInt32 => "uint",
        CaptureElement.Int64 => "long",
        CaptureElement.Float64 => "double",
        _ => throw new ArgumentOutOfRangeException(nameof(element), element, "An unknown element type."),
    };

    private static string ParameterType(CaptureModel capture) =>
        capture.Rank == 0 ? ElementTypeName(capture.Element) : $"{Runtime.DeviceTensor}<{ElementTypeName(capture.Element)}>";
}
