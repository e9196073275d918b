using System.Text.Json;
using FlexAttention.Benchmarks.Problems;
using FlexAttention.Benchmarks.Results;

namespace FlexAttention.Benchmarks.Tests;

public sealed class ResultFileTests
{
    private static readonly RunInfo Monday = new("2026-01-05", "aaaa", new Dictionary<string, string> { ["torch"] = "2" }, "medians", ["no fa2"]);
    private static readonly RunInfo Tuesday = Monday with { Date = "2026-01-06", Absent = ["no cudnn"] };

    [Test]
    public void Row_HasTheFieldsThatToolsRead()
    {
        string json = new ResultFile([Monday], [Row("causal", 2048, 1.5)]).ToJson();
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement row = document.RootElement.GetProperty("rows")[0];
        Assert.That(
            row.EnumerateObject().Select(field => field.Name),
            Is.EqualTo(["suite", "variant", "B", "Hq", "Hkv", "S", "D", "dtype", "device", "ours_ms", "peers_ms", "error"]));
        Assert.That(row.GetProperty("peers_ms").GetProperty("flex").GetDouble(), Is.EqualTo(3));
    }

    [TestCase(0.25)]
    [TestCase(null)]
    [TestCase(double.PositiveInfinity)]
    public void File_ReadsWhatItWrote(double? error)
    {
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid()}", "results.json");
        ResultRow row = Row("causal", 2048, 1.5) with { Error = error };
        new ResultFile([Monday], [row]).Write(path);
        ResultFile read = ResultFile.Read(path);
        Assert.That(read.Rows.Single().Key, Is.EqualTo(row.Key));
        Assert.That(read.Rows.Single().Error, Is.EqualTo(error));
        Assert.That(read.Runs.Single().IsLike(Monday));
    }

    [Test]
    public void Read_NamesAFileThatHoldsSomethingElse()
    {
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid()}.json");
        File.WriteAllText(path, "rows");
        Assert.That(() => ResultFile.Read(path), Throws.TypeOf<InvalidDataException>().With.Message.Contains(path));
    }

    [Test]
    public void Merge_ReplacesRowsOfTheSameKey()
    {
        var earlier = new ResultFile([Monday], [Row("none", 2048, 1), Row("causal", 2048, 1)]);
        ResultFile merged = earlier.Merge(new([Tuesday], [Row("causal", 2048, 2), Row("causal", 8192, 3)]));
        Assert.That(
            merged.Rows.Select(row => (row.Variant, row.Length, row.OursMs)),
            Is.EqualTo([("none", 2048, 1.0), ("causal", 2048, 2.0), ("causal", 8192, 3.0)]));
        Assert.That(merged.Runs, Has.Count.EqualTo(2));
    }

    [Test]
    public void Merge_DropsARunThatHasNoRowsLeft()
    {
        var earlier = new ResultFile([Monday], [Row("causal", 2048, 1)]);
        ResultFile merged = earlier.Merge(new([Tuesday], [Row("causal", 2048, 2)]));
        Assert.That(merged.Runs, Is.EqualTo([Tuesday]));
    }

    [Test]
    public void Merge_JoinsPartsOfOneRun()
    {
        RunInfo second = Monday with { Absent = ["no cudnn"] };
        ResultFile merged = new ResultFile([Monday], [Row("none", 2048, 1)]).Merge(new([second], [Row("causal", 2048, 1)]));
        Assert.That(merged.Runs.Single().Absent, Is.EqualTo(["no fa2", "no cudnn"]));
    }

    [Test]
    public void Sink_KeepsTheRowsOfEarlierRuns()
    {
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid()}.json");
        new ResultFile([Monday], [Row("none", 2048, 1)]).Write(path);
        var sink = new ResultSink(path, ResultFile.Read(path), () => Tuesday);
        sink.Add(Row("causal", 2048, 2));
        sink.Add(Row("causal", 8192, 3));
        Assert.That(ResultFile.Read(path).Rows.Select(row => row.OursMs), Is.EqualTo([1.0, 2.0, 3.0]));
        Assert.That(sink.Rows, Has.Count.EqualTo(2));
    }

    [Test]
    public void Row_KnowsItsCell()
    {
        var cell = Cell.Attention("forward", "causal", new ProblemShape(4, 16, 16, 2048, 2048, 128));
        ResultRow row = Row("causal", 2048, 1);
        Assert.That(row.IsOf(cell, "GPU"));
        Assert.That(row.IsOf(cell, "another GPU"), Is.False);
        Assert.That(row.IsOf(cell with { KvHeads = 4 }, "GPU"), Is.False);
    }

    internal static ResultRow Row(string variant, int length, double milliseconds) => new(
        "forward",
        variant,
        4,
        16,
        16,
        length,
        128,
        "bfloat16",
        "GPU",
        milliseconds,
        new Dictionary<string, double> { ["flex"] = 2 * milliseconds },
        1e-3);
}
