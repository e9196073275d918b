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
        AnsiConsole.MarkupLineInterpolated(
            $"Packed [bold]{corpus.Documents}[/] documents of {Path.GetFullPath(folder)} ({corpus.Bytes / 1024.0:F0} KB) into one sequence of [bold]{corpus.Words.Length}[/] words.");
        AnsiConsole.MarkupLineInterpolated($"{Device.DescribeBest()}");
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
        AnsiConsole.MarkupLine("Sparsity is the share of blocks that are never visited; error is the largest difference from");
        AnsiConsole.MarkupLine("the same method called as plain C#, with the sums in double, in 32 rows from the first to the last.");
        AnsiConsole.WriteLine();
    }

    /// <summary>Draws the document mask and writes the CUDA source, and says where they are.</summary>
    public static void Files(BlockMask mask)
    {
        string picture = Folders.Result("document-mask.png");
        mask.SavePng(picture);
        string source = Folders.Result("alibi.cu");
        File.WriteAllText(source, Variants.AlibiKernel.CudaSource);
        AnsiConsole.MarkupLineInterpolated($"The document mask as a picture: [bold]{Folders.Relative(picture)}[/]");
        AnsiConsole.MarkupLineInterpolated($"The generated CUDA of ALiBi:    [bold]{Folders.Relative(source)}[/]");
        AnsiConsole.MarkupLine("All generated code:              [bold]examples/QuickStart/obj/*/net10.0/generated[/]");
    }
}
