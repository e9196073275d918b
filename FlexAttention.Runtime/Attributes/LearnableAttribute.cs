namespace FlexAttention;

/// <summary>
/// Marks a captured parameter of a score variant as one that is trained: <c>Backward</c> then gives its gradient, too. It is a
/// <see cref="float"/> or <see cref="double"/>, or a buffer of <see cref="float"/> or <see cref="Half"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class LearnableAttribute : Attribute;
