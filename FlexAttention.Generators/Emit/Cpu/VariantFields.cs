using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Parsing;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>The variant struct's fields: its captures, in the order and with the layout of the CUDA struct.</summary>
internal sealed class VariantFields
{
    /// <summary>What the struct has beside its fields, or inherits.</summary>
    private static readonly HashSet<string> Members =
    [
        "Variant", "Descriptor", "ApplyScore", "ApplyScoreGradient", "AddCaptureGradients", "ApplyMask", "CountKept", "Classify",
        "ListLookups", "BandOf", "Check", "ScoreEach", "ScoreGradientEach", "CaptureGradientsEach",
        "Equals", "GetHashCode", "GetType", "ToString", "MemberwiseClone", "Finalize", "ReferenceEquals",
    ];

    private readonly List<string> _names = [];

    public VariantFields(IReadOnlyList<CaptureModel> captures)
    {
        Captures = captures;
        var taken = new HashSet<string>(Members.Concat(captures.Select(static capture => capture.Name)));
        foreach (CaptureModel capture in captures)
            _names.Add(SymbolText.Identifier(Members.Contains(capture.Name) ? FreeName(capture.Name, taken) : capture.Name));
    }

    public IReadOnlyList<CaptureModel> Captures { get; }

    /// <summary>The field of a capture.</summary>
    public string Name(int capture) => _names[capture];

    /// <summary>The field of a capture, inside the struct: never a local or a parameter of the same name.</summary>
    public string Access(int capture) => "this." + _names[capture];

    /// <summary>The position of a capture among those that learn.</summary>
    public int LearnableOf(int capture) => Captures.Take(capture).Count(static earlier => earlier.IsLearnable);

    /// <summary>The type of a capture's field.</summary>
    public string Type(int capture) =>
        Captures[capture].Rank > 0 ? Runtime.CaptureView : Captures[capture].Element switch
        {
            // A bool is held as an int: the same size everywhere.
            CaptureElement.Int32 or CaptureElement.Bool => "int",
            CaptureElement.Float32 or CaptureElement.Half => "float",
            CaptureElement.UInt32 => "uint",
            CaptureElement.Int64 => "long",
            CaptureElement.Float64 => "double",
            var element => throw new ArgumentOutOfRangeException(nameof(capture), element, "An unknown element type."),
        };

    private static string FreeName(string name, HashSet<string> taken)
    {
        while (!taken.Add(name))
            name += "_";
        return name;
    }
}
