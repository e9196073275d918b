using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace FlexAttention.Generators.Diagnostics;

/// <summary>A place in the user's source as a value: a <see cref="Location"/> would keep the whole compilation alive.</summary>
internal sealed record LocationInfo(string FilePath, TextSpan Span, LinePositionSpan Lines)
{
    public static LocationInfo? From(Location? location) =>
        location?.SourceTree is { } tree
            ? new LocationInfo(tree.FilePath, location.SourceSpan, location.GetLineSpan().Span)
            : null;

    public Location ToLocation() => Location.Create(FilePath, Span, Lines);
}
