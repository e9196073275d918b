using FlexAttention.Benchmarks.Peers;

namespace FlexAttention.Benchmarks.Results;

/// <summary>Rows as a table: text by text, for the console and for Markdown.</summary>
internal sealed class ResultTable
{
    private readonly string[] _peers;
    private readonly Func<ResultRow, string>[] _cells;

    /// <summary>Chooses the columns: only those that say something.</summary>
    public ResultTable(IReadOnlyList<ResultRow> rows)
    {
        Rows = rows;
        _peers = [.. PeerNames.InOrder(rows.SelectMany(row => row.PeersMs.Keys).Distinct())];
        var columns = new List<(string Title, Func<ResultRow, string> Cell)> { ("variant", row => row.Variant) };
        AddWhereNeeded("B", row => row.Batch);
        AddWhereNeeded("Hq", row => row.QHeads);
        AddWhereNeeded("Hkv", row => row.KvHeads);
        AddWhereNeeded("D", row => row.HeadDim);
        columns.Add(("S", row => $"{row.Length}"));
        columns.Add(("ours ms", row => Milliseconds(row.OursMs)));
        if (rows.Count > 0 && Rate.Of(rows[0].Suite) is { } rate)
            columns.Add((rate.Unit, row => $"{rate.Value(row):F0}"));
        if (rows.Any(row => row.Variant != "causal" && RateOverCausal(row) is not null))
            columns.Add(("of causal's", row => row.Variant != "causal" && RateOverCausal(row) is { } share ? $"{100 * share:F0} %" : ""));
        foreach (string peer in _peers)
            columns.Add(($"{peer} ms", row => row.PeersMs.TryGetValue(peer, out double milliseconds) ? Milliseconds(milliseconds) : ""));
        foreach (string peer in _peers)
            columns.Add(($"{peer}/ours", row => row.RatioTo(peer) is { } ratio ? $"{ratio:F2}" : ""));
        if (rows.Any(row => row.Error is not null))
            columns.Add(("error", row => row.Error is { } error ? $"{error:0.0E+0}" : ""));
        Titles = [.. columns.Select(column => column.Title)];
        _cells = [.. columns.Select(column => column.Cell)];

        void AddWhereNeeded(string title, Func<ResultRow, int> number)
        {
            if (rows.Select(number).Distinct().Count() > 1)
                columns.Add((title, row => $"{number(row)}"));
        }
    }

    public IReadOnlyList<ResultRow> Rows { get; }

    public string[] Titles { get; }

    /// <summary>The texts of a row.</summary>
    public string[] Texts(ResultRow row) => [.. _cells.Select(cell => cell(row))];

    /// <summary>What the rows have in common.</summary>
    public string Caption
    {
        get
        {
            if (Rows.Count == 0)
                return "nothing";
            ResultRow first = Rows[0];
            IEnumerable<string> parts = [Common("B", row => row.Batch), Common("Hq", row => row.QHeads), Common("Hkv", row => row.KvHeads), Common("D", row => row.HeadDim)];
            return string.Join(" ", ((string[])[first.Suite, first.ElementType, .. parts, "on", first.Device]).Where(part => part.Length > 0));
        }
    }

    /// <summary>The geometric mean of each peer's time over ours, in words.</summary>
    public IEnumerable<string> Means =>
        from peer in _peers
        let ratios = Rows.Select(row => row.RatioTo(peer)).OfType<double>().ToArray()
        select $"{peer}/ours: geometric mean {GeometricMean.Of(ratios):F2} over {ratios.Length} rows, lowest {ratios.Min():F2}";

    /// <summary>The rate of useful work as a share of causal attention's on the same shape; null where that was not timed.</summary>
    private double? RateOverCausal(ResultRow row) =>
        Rate.Of(row.Suite) is { } rate && Rows.FirstOrDefault(other => other.Key == row.Key with { Variant = "causal" }) is { } causal
            ? rate.Value(row) / rate.Value(causal)
            : null;

    private string Common(string name, Func<ResultRow, int> number) =>
        Rows.Select(number).Distinct().ToArray() is [var value] && value > 0 ? $"{name}={value}" : "";

    /// <summary>Three significant digits, from nanoseconds to minutes.</summary>
    private static string Milliseconds(double value) => value < 10 ? $"{value:F3}" : value < 100 ? $"{value:F2}" : $"{value:F1}";
}
