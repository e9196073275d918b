using FlexAttention.Benchmarks.Results;

namespace FlexAttention.Benchmarks.Tests;

public sealed class ReportTests
{
    private static readonly ResultRow Row = ResultFileTests.Row("none", 2048, 1);

    [Test]
    public void Table_LeavesOutWhatAllRowsShare()
    {
        var table = new ResultTable([Row, Row with { Length = 8192 }]);
        Assert.That(table.Titles, Is.EqualTo(["variant", "S", "ours ms", "TFLOP/s", "flex ms", "flex/ours", "error"]));
        Assert.That(table.Caption, Is.EqualTo("forward bfloat16 B=4 Hq=16 Hkv=16 D=128 on GPU"));
    }

    [Test]
    public void Table_CountsUsefulWork()
    {
        // 4 * B * Hq * S^2 * D operations in a millisecond.
        string[] texts = new ResultTable([Row]).Texts(Row);
        Assert.That(texts[3], Is.EqualTo("137"));
    }

    [Test]
    public void Table_ComparesRatesWithCausal()
    {
        // All pairs in twice causal's time: almost causal's rate.
        ResultRow causal = Row with { Variant = "causal" }, none = Row with { OursMs = 2 };
        var table = new ResultTable([none, causal]);
        int column = Array.IndexOf(table.Titles, "of causal's");
        Assert.That(table.Texts(none)[column], Is.EqualTo("100 %"));
        Assert.That(table.Texts(causal)[column], Is.Empty);
    }

    [Test]
    public void Means_AreGeometric()
    {
        ResultRow slower = Row with { PeersMs = new Dictionary<string, double> { ["flex"] = 0.5 } };
        Assert.That(new ResultTable([Row, slower]).Means, Is.EqualTo(["flex/ours: geometric mean 1.00 over 2 rows, lowest 0.50"]));
    }

    [Test]
    public void Section_IsReplacedBetweenItsMarks()
    {
        string page = $"before\n{MarkedSection.Begin}old\n{MarkedSection.End}after\n";
        string replaced = MarkedSection.Replace(page, "new\n");
        Assert.That(replaced, Is.EqualTo($"before\n{MarkedSection.Begin}\nnew\n{MarkedSection.End}after\n"));
        Assert.That(MarkedSection.Replace(replaced, "new\n"), Is.EqualTo(replaced));
    }

    [Test]
    public void Section_IsAskedForWhereThereIsNone() =>
        Assert.That(() => MarkedSection.Replace("page", "new"), Throws.TypeOf<InvalidDataException>());

    [Test]
    public void PerformancePage_ShowsTheResultsThatAreKept()
    {
        string page = File.ReadAllText(Repository.File("docs", "performance.md"));
        string[] files = Directory.Exists(Repository.File("benchmarks", "results"))
            ? Directory.GetFiles(Repository.File("benchmarks", "results"), "*.json")
            : [];
        string report = string.Concat(files.Order(StringComparer.Ordinal).Select(ResultFile.Read).Select(MarkdownReport.Of));
        Assert.That(MarkedSection.Replace(page, report), Is.EqualTo(page), "Run the command in docs/performance.md.");
    }
}
