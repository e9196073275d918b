namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>The C# text of one value.</summary>
/// <param name="Text">An expression.</param>
/// <param name="IsAtom">Whether it can stand beside an operator, and be repeated, as it is: a name, a literal, a field.</param>
/// <param name="IsCall">Whether it can stand beside an operator, but is worth computing once only.</param>
internal readonly record struct Code(string Text, bool IsAtom = false, bool IsCall = false)
{
    /// <summary>The text beside an operator.</summary>
    public string Operand => IsAtom || IsCall ? Text : "(" + Text + ")";

    public static Code Atom(string text) => new(text, IsAtom: true);

    public static Code Call(string function, params IEnumerable<string> arguments) =>
        new($"{function}({string.Join(", ", arguments)})", IsCall: true);
}
