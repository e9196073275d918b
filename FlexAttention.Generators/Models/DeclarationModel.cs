namespace FlexAttention.Generators.Models;

/// <summary>
/// The defining half of a partial method as C# text. Kept apart from <see cref="VariantModel"/> because it is written for
/// a method with errors too: one mistake should give one message, not a missing half as well.
/// </summary>
/// <param name="Modifiers">The modifiers that both halves must repeat, without <c>partial</c>.</param>
internal sealed record DeclarationModel(
    HierarchyModel Hierarchy,
    string Modifiers,
    string ReturnType,
    string MethodName,
    EquatableArray<ParameterModel> Parameters);
