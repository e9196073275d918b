using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators.Lowering;

/// <summary>The elements of tuple types.</summary>
internal static class Tuples
{
    /// <summary>The position of a tuple's field, by whichever of its names it was found.</summary>
    public static int IndexOf(IFieldSymbol field)
    {
        IFieldSymbol element = field.CorrespondingTupleField ?? field;
        return int.Parse(element.Name.Substring("Item".Length), System.Globalization.CultureInfo.InvariantCulture) - 1;
    }
}
