using System.Globalization;
using System.Text;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>Names of C# as names of CUDA C++.</summary>
internal static class CudaNames
{
    /// <summary>What C++ reserves, and what the emitted struct uses itself.</summary>
    private static readonly HashSet<string> Reserved =
    [
        // C++ and CUDA
        "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char",
        "char16_t", "char32_t", "class", "compl", "const", "const_cast", "constexpr", "continue", "decltype", "default",
        "delete", "do", "double", "dynamic_cast", "else", "enum", "explicit", "export", "extern", "false", "float", "for",
        "friend", "goto", "if", "inline", "int", "long", "mutable", "namespace", "new", "noexcept", "not", "not_eq",
        "nullptr", "operator", "or", "or_eq", "private", "protected", "public", "register", "reinterpret_cast", "return",
        "short", "signed", "sizeof", "static", "static_assert", "static_cast", "struct", "switch", "template", "this",
        "thread_local", "throw", "true", "try", "typedef", "typeid", "typename", "union", "unsigned", "using", "virtual",
        "void", "volatile", "wchar_t", "while", "xor", "xor_eq", "asinh", "assert", "blockDim", "blockIdx", "gridDim",
        "signbit", "threadIdx", "warpSize", "NULL", "INFINITY", "NAN",

        // The emitted struct
        "b", "h", "q", "kv", "score", "dot", "scale", "head", "row", "column", "mask", "check", "checker", "evaluate_score",
        "evaluate_mask", "shift", "Head", "Row", "Column", "Q", "Kv", "kHasScore", "kScoreIsLog2", "kScoreFactor", "kHasShift",
        "kHasMask", "kMasksKeySets", "mask_keys",
        "kSpecialFunctions", "kHasDerivative", "kLearnables", "score_and_derivative", "derivative", "learn", "gradient",
        "sums", "Sums", "distance", "totals", "write_head", "write_query", "write_key", "write_distance", "kHeadSums", "kQuerySums",
        "kKeySums", "kDistanceSums", "kHasUniformSums", "kLearnsFromScore", "classify", "tables", "queries", "keys", "with_lookup", "slot",
        "action", "Action", "flex",
    ];

    /// <summary>
    /// The struct of a variant. A name with a small first letter gets a suffix: it could be a function or a type that CUDA
    /// declares, or a parameter of the entry points.
    /// </summary>
    public static string Variant(VariantModel model)
    {
        string name = Escape(model.MethodName);
        return name[0] is >= 'a' and <= 'z' && !name.EndsWith("_", StringComparison.Ordinal) ? name + "_" : name;
    }

    /// <summary>The members that hold a variant's captures, in order.</summary>
    public static string[] Captures(VariantModel model)
    {
        var taken = new HashSet<string> { Variant(model) };
        return [.. model.Captures.Select(capture => Unique(Escape(capture.Name), taken))];
    }

    private static string Unique(string name, HashSet<string> taken)
    {
        while (!taken.Add(name))
            name += "_";
        return name;
    }

    private static string Escape(string name)
    {
        string ascii = ToAscii(name);
        return Reserved.Contains(ascii) || IsLocal(ascii) || IsReservedPattern(ascii) ? ascii + "_" : ascii;
    }

    /// <summary>Whether the name could be one that a function body gives to a value.</summary>
    private static bool IsLocal(string name) =>
        name.Length > 1 && name[0] is 'v' or 'i' && name.Skip(1).All(static c => c is >= '0' and <= '9');

    private static bool IsReservedPattern(string name) =>
        name.StartsWith("FLEX_", StringComparison.Ordinal) || name.StartsWith("flex_", StringComparison.Ordinal);

    /// <summary>
    /// Letters outside ASCII become their numbers. So does an underscore that C++ keeps for itself: before a capital or
    /// another underscore.
    /// </summary>
    private static string ToAscii(string name)
    {
        var result = new StringBuilder();
        for (int i = 0; i < name.Length; i++)
        {
            char c = name[i];
            char next = i + 1 < name.Length ? name[i + 1] : ' ';
            bool isReserved = c == '_' && (next == '_' || (i == 0 && next is >= 'A' and <= 'Z'));
            if (c < 128 && !isReserved)
                result.Append(c);
            else
                result.Append('u').Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        }

        return result.ToString();
    }
}
