using FlexAttention;
using QuickStart;
using Spectre.Console;

// Reads real documents, packs them into one sequence of words, and runs five attention variants over it on the best
// device of this machine: dotnet run -c Release --project examples/QuickStart [folder with texts]
const int wordLimit = 16_384;

string? root = Folders.RepositoryRoot();
string? folder = args.Length > 0 ? args[0] : root;
if (folder is null || !Directory.Exists(folder))
{
    AnsiConsole.MarkupLineInterpolated($"[red]There is no folder '{folder}'.[/] Pass a folder with texts as the argument.");
    return 1;
}

HashSet<string> extensions = args.Length > 0 ? [] : [".md", ".cs"];
Corpus corpus = Corpus.Read(folder, extensions, wordLimit);
if (corpus.Words.Length == 0)
{
    AnsiConsole.MarkupLineInterpolated($"[red]'{folder}' holds no text.[/] Pass a folder with texts in UTF-8 as the argument.");
    return 1;
}

Device device = Device.Best;
Report.Opening(corpus, folder, device);
if (device is CudaDevice)
    Run<BFloat16>();
else
    Run<float>();
return 0;

void Run<T>()
    where T : unmanaged
{
    using var experiment = new Experiment<T>(corpus, device);
    Report.Table(experiment.Run());
    using BlockMask mask = experiment.CreateDocumentMask();
    Report.Files(mask);
}
