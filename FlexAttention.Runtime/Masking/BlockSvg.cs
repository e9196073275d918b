using System.Globalization;
using System.Net;
using System.Text;

namespace FlexAttention.Masking;

/// <summary>Pictures of blocks as SVG: one unit a cell, one rectangle a run of equal cells.</summary>
internal static class BlockSvg
{
    private const int Pixels = 512;

    public static string Write(BlockPicture picture, string title)
    {
        int side = Math.Max(1, Math.Max(picture.Rows, picture.Columns));
        var svg = new StringBuilder();
        Line(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Scale(picture.Columns)}\" height=\"{Scale(picture.Rows)}\" viewBox=\"0 0 {picture.Columns} {picture.Rows}\" shape-rendering=\"crispEdges\">");
        Line(svg, $"<title>{WebUtility.HtmlEncode(title)}</title>");
        Line(svg, $"<rect width=\"{picture.Columns}\" height=\"{picture.Rows}\" fill=\"{BlockColor.Of(BlockKind.Empty).ToCss()}\"/>");
        for (int row = 0; row < picture.Rows; row++)
        {
            foreach ((BlockKind kind, int start, int length) in picture.Runs(row))
            {
                if (kind != BlockKind.Empty)
                    Line(svg, $"<rect x=\"{start}\" y=\"{row}\" width=\"{length}\" height=\"1\" fill=\"{BlockColor.Of(kind).ToCss()}\"/>");
            }
        }

        return svg.Append("</svg>\n").ToString();

        int Scale(int cells) => Math.Max(1, cells * Pixels / side);
    }

    private static void Line(StringBuilder svg, FormattableString text) =>
        svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
