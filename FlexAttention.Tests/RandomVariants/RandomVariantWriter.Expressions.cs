namespace FlexAttention.Tests.RandomVariants;

/// <content>Expressions, at most so many levels deep.</content>
internal sealed partial class RandomVariantWriter
{
    /// <summary>Any 32-bit integer: arithmetic wraps.</summary>
    private string Int(int depth)
    {
        if (depth == 0 || Chance(0.15))
            return Chance(0.25) ? IntLiteral() : Pick(_ints);
        int inner = depth - 1;
        return _random.Next(16) switch
        {
            0 => $"({Pick(_ints)} + {Int(inner)})",
            1 => $"({Pick(_ints)} - {Int(inner)})",
            2 => $"({Pick(_ints)} * {Int(inner)})",
            3 => $"({Int(inner)} / (({Pick(_ints)} & 15) + 1))",
            4 => $"({Int(inner)} % (({Pick(_ints)} & 31) + 1))",
            5 => $"({Pick(_ints)} {OneOf("&", "|", "^")} {Int(inner)})",
            6 => $"({Pick(_ints)} {OneOf("<<", ">>", ">>>")} {Int(inner)})",
            7 => $"({Bool(inner)} ? {Int(inner)} : {Int(inner)})",
            8 => $"Math.{OneOf("Min", "Max")}({Int(inner)}, {Int(inner)})",
            9 => $"ids[{Index(inner)}]",
            10 => $"Mix({Int(inner)}, {Int(inner)})",
            11 => $"FlexMath.{OneOf("FloorDiv", "FloorMod")}({Int(inner)}, ({Pick(_ints)} & 7) + 1)",
            12 => $"Math.Abs({Int(inner)} >> 1)",
            13 => $"Order({Int(inner)}, {Int(inner)}).{OneOf("Least", "Most")}",
            14 => OneOf(
                $"(int)((uint){Pick(_ints)} {OneOf("/", "%")} {_random.Next(1, 30)}u)",
                $"(int)((uint){Pick(_ints)} >> {_random.Next(1, 31)})",
                $"(int)((long){Pick(_ints)} * {Int(inner)} >> {_random.Next(1, 40)})",
                $"Math.Clamp({Int(inner)}, -{_random.Next(1, 100)}, {_random.Next(1, 100)})"),
            _ => $"(ModeOf({Int(inner)}) {OneOf("==", "!=", "<")} Mode.{OneOf("Low", "Middle", "High")} ? {Int(inner)} : {OneOf("~", "-")}{Pick(_ints)})",
        };
    }

    private string IntLiteral() => OneOf("0", "1", "2", "3", "7", "16", "100", "65537", "int.MaxValue", "int.MinValue");

    private string Index(int depth) => $"{Int(depth)} & {TableLength - 1}";

    /// <summary>Numbers that every target holds exactly, so that comparing and converting them is safe.</summary>
    private string ExactFloat(int depth) => _random.Next(6) switch
    {
        0 => "x",
        1 => _floats.Contains("score") ? "score" : "x",
        2 => $"table[{Index(depth)}, {Index(depth)}]",
        3 => $"(float)({Int(depth)} & 1023)",
        4 => $"(({Int(depth)} & 255) * {OneOf("0.5f", "0.25f", "2f")})",
        _ => OneOf("0f", "1.5f", "-2f", "float.PositiveInfinity"),
    };

    /// <summary>A number that is meant to be near the interval from -100 to 100.</summary>
    private string Float(int depth)
    {
        if (depth == 0 || Chance(0.1))
            return Chance(0.2) ? OneOf("0.5f", "-1.25f", "3f", "0.1f") : Pick(_floats);
        int inner = depth - 1;
        return _random.Next(13) switch
        {
            0 => $"({Float(inner)} + {Float(inner)})",
            1 => $"({Float(inner)} - {Float(inner)})",
            2 => $"(Soft({Float(inner)}) * {Float(inner)})",
            3 => $"({Float(inner)} / {OneOf("2f", "3f", "7f")})",
            4 => $"MathF.{OneOf("Sin", "Cos", "Tanh", "Atan")}({Float(inner)})",
            5 => $"MathF.Exp(-MathF.Abs({Float(inner)}))",
            6 => $"MathF.{OneOf("Sqrt", "Log", "Log2")}(1 + MathF.Abs({Float(inner)}))",
            7 => $"MathF.{OneOf("Min", "Max")}({Float(inner)}, {Float(inner)})",
            8 => $"({Bool(inner)} ? {Float(inner)} : {Float(inner)})",
            9 => $"table[{Index(inner)}, {Index(inner)}]",
            10 => $"({Int(inner)} % 50)",
            11 => $"Pick({Bool(inner)}, {Float(inner)}, {Float(inner)})",
            _ => $"(float)Math.Sin((double){Float(inner)})",
        };
    }

    private string Bool(int depth)
    {
        if (depth == 0)
            return Pick(_bools);
        int inner = depth - 1;
        return _random.Next(9) switch
        {
            0 => $"({Bool(inner)} {OneOf("&&", "||", "&", "|", "^", "==", "!=")} {Bool(inner)})",
            1 => $"!{Bool(inner)}",
            2 => $"({ExactFloat(inner)} {OneOf("<", "<=", ">", ">=", "==", "!=")} {ExactFloat(inner)})",
            3 => $"(ids[{Index(inner)}] == ids[{Index(inner)}])",
            4 => $"({Pick(_ints)} is {OneOf("0 or 1 or 5", "> 3 and < 90", "not 7")})",
            5 => $"float.{OneOf("IsNaN", "IsFinite")}({ExactFloat(inner)})",
            _ => $"({Int(inner)} {OneOf("<", "<=", ">", ">=", "==", "!=")} {Int(inner)})",
        };
    }
}
