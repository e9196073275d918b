using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>The elements of tuple types.</summary>
internal static class Tuples
{
    /// <summary>The position of a tuple's field, by whichever of its names it was found.</summary>
    public static int IndexOf(IFieldReferenceOperation field, LoweringContext context)
    {
        IFieldSymbol element = field.Field.CorrespondingTupleField ?? field.Field;
        // A tuple is its elements here, however many: it has no nested one for those from the eighth on.
        if (element.Name == "Rest")
            throw context.Unsupported(field, "'Rest'", "Name the element, such as 'Item8'");
        return int.Parse(element.Name.Substring("Item".Length), CultureInfo.InvariantCulture) - 1;
    }
}
