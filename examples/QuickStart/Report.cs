using System.Globalization;
using FlexAttention;
using FlexAttention.Descriptors;
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

    /// <summary>Draws the document mask and writes the CUDA source of each variant, and says where they are.</summary>
    public static void Files(BlockMask mask)
    {
        string picture = Folders.Result("document-mask.png");
        mask.SavePng(picture);
        string sources = Folders.Result("kernels");
        WriteSources(sources);
        AnsiConsole.MarkupLineInterpolated($"Document mask: [bold]{Folders.Relative(picture)}[/]");
        AnsiConsole.MarkupLineInterpolated($"CUDA sources:  [bold]{Folders.Relative(sources)}[/]");
    }

    private static void WriteSources(string folder)
    {
        Directory.CreateDirectory(folder);
        VariantDescriptor[] variants =
        [
            Variants.CausalKernel.Descriptor,
            Variants.AlibiKernel.Descriptor,
            Variants.DocumentCausalKernel.Descriptor,
            Variants.SoftcapKernel.Descriptor,
            Variants.SlidingWindowKernel.Descriptor,
        ];
        foreach (VariantDescriptor variant in variants)
            File.WriteAllText(Path.Combine(folder, variant.CudaName + ".cu"), variant.CudaSource);
    }
}
