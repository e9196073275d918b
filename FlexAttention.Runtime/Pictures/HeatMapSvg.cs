using System.Globalization;
using System.Net;
using System.Text;
using FlexAttention.Masking;

namespace FlexAttention.Pictures;

/// <summary>Heat maps as SVG: one unit a pair, one rectangle a run of pairs of one colour.</summary>
internal static class HeatMapSvg
{
    private const int Pixels = 512;

    public static string Write(ScoreMap map)
    {
        int side = Math.Max(1, Math.Max(map.Queries, map.Keys));
        var svg = new StringBuilder();
        Line(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Scale(map.Keys)}\" height=\"{Scale(map.Queries)}\" viewBox=\"0 0 {map.Keys} {map.Queries}\" shape-rendering=\"crispEdges\">");
        Line(svg, $"<title>{WebUtility.HtmlEncode(map.Name)}: {map.Lowest} to {map.Highest}</title>");
        Line(svg, $"<rect width=\"{map.Keys}\" height=\"{map.Queries}\" fill=\"{HeatColor.Rejected.ToCss()}\"/>");
        for (int row = 0; row < map.Queries; row++)
            WriteRow(svg, map, row);
        return svg.Append("</svg>\n").ToString();

        int Scale(int cells) => Math.Max(1, cells * Pixels / side);
    }

    private static void WriteRow(StringBuilder svg, ScoreMap map, int row)
    {
        for (int start = 0, end; start < map.Keys; start = end)
        {
            BlockColor color = HeatColor.Of(map, map[row, start]);
            for (end = start + 1; end < map.Keys && HeatColor.Of(map, map[row, end]) == color;)
                end++;
            if (color != HeatColor.Rejected)
                Line(svg, $"<rect x=\"{start}\" y=\"{row}\" width=\"{end - start}\" height=\"1\" fill=\"{color.ToCss()}\"/>");
        }
    }

    private static void Line(StringBuilder svg, FormattableString text) =>
        svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
