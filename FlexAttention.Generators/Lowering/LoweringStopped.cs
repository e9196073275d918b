namespace FlexAttention.Generators.Lowering;

/// <summary>
/// Leaves the statement that cannot be lowered, once a diagnostic (ours, or C#'s own) has said why. The next statement
/// is still lowered, so that one build reports everything that is wrong.
/// </summary>
internal sealed class LoweringStopped : Exception;
