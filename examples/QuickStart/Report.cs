using System.Globalization;
using FlexAttention;
using Spectre.Console;

namespace QuickStart;

/// <summary>What the program prints and draws.</summary>
internal static class Report
{
    /// <summary>Says what is run where, and why not on a GPU.</summary>
    public static void Opening(Corpus corpus, string folder, Device device)
    {
        AnsiConsole.MarkupLineInterpolated($"Texts:  [bold]{corpus.Documents}[/] documents, {corpus.Bytes / 1024} KB, of {Path.GetFullPath(folder)}");
        AnsiConsole.MarkupLineInterpolated($"        packed into one sequence of [bold]{corpus.Words.Length}[/] words");
        AnsiConsole.MarkupLineInterpolated($"Device: {Device.DescribeBest()}");
        AnsiConsole.WriteLine();
    }

    /// <summary>Prints the measurements as they come.</summary>
    public static void Table(IEnumerable<Measurement> measurements)
    {
        Table table = new Table().AddColumn("variant");
        foreach (string column in (string[])["sparsity", "time (ms)", "error"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (Measurement row in measurements)
        {
            table.AddRow(
                row.Variant,
                row.Sparsity.ToString("P1", CultureInfo.InvariantCulture),
                row.Time.TotalMilliseconds.ToString("F1", CultureInfo.InvariantCulture),
                row.Error.ToString("E1", CultureInfo.InvariantCulture));
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine("sparsity: the share of blocks that are never visited");
        AnsiConsole.WriteLine("error:    from the same method called as plain C#, sums in double, in 32 rows");
        AnsiConsole.WriteLine();
    }

    /// <summary>Draws the document mask and writes the CUDA source, and says where they are.</summary>
    public static void Files(BlockMask mask)
    {
        string picture = Folders.Result("document-mask.png");
        mask.SavePng(picture);
        string source = Folders.Result("alibi.cu");
        File.WriteAllText(source, Variants.AlibiKernel.CudaSource);
        AnsiConsole.MarkupLineInterpolated($"Document mask:  [bold]{Folders.Relative(picture)}[/]");
        AnsiConsole.MarkupLineInterpolated($"CUDA of ALiBi:  [bold]{Folders.Relative(source)}[/]");
        AnsiConsole.MarkupLine("Generated code: [bold]examples/QuickStart/obj/*/net10.0/generated[/]");
    }
}
