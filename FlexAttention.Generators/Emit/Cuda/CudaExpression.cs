namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>How tightly an expression binds; the order is C++'s.</summary>
internal enum Precedence : byte
{
    Conditional,
    LogicalOr,
    LogicalAnd,
    Or,
    Xor,
    And,
    Equality,
    Relation,
    Sum,
    Product,
    Unary,
    Primary,
}

/// <summary>A piece of C++ that has a value.</summary>
/// <param name="Text">The text, without parentheses around it.</param>
/// <param name="Precedence">How tightly it binds.</param>
/// <param name="IsCheap">Whether it can be evaluated where it may not be needed: no load, no long computation.</param>
internal readonly record struct CudaExpression(string Text, Precedence Precedence, bool IsCheap)
{
    public static CudaExpression Primary(string text) => new(text, Precedence.Primary, IsCheap: true);

    public static CudaExpression Unary(string text) => new(text, Precedence.Unary, IsCheap: true);

    /// <summary>The text as an operand of an operator that binds as tightly as <paramref name="least"/>.</summary>
    public string Within(Precedence least) => Precedence < least ? $"({Text})" : Text;

    public override string ToString() => Text;
}
