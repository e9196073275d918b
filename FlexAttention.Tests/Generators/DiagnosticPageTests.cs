using System.Reflection;
using FlexAttention.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace FlexAttention.Tests.Generators;

/// <summary>Each rule has a page, a line in the index, and an id of its own.</summary>
public sealed class DiagnosticPageTests
{
    private static IEnumerable<DiagnosticDescriptor> Descriptors { get; } =
        [.. typeof(Rules).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => field.GetValue(null)).OfType<DiagnosticDescriptor>()];

    private static IEnumerable<string> IdsWithExamples => Ids.Where(static id => id != "FLEX0099");

    private static IEnumerable<string> Ids => Descriptors.Select(static rule => rule.Id);

    [TestCaseSource(nameof(Descriptors))]
    public void Rule_HasAPageUnderItsTitle(DiagnosticDescriptor rule)
    {
        string page = Path.Combine(PagesFolder(), rule.Id + ".md");

        Assert.That(page, Does.Exist);
        Assert.That(File.ReadLines(page).First(), Is.EqualTo($"# {rule.Id}: {rule.Title}"));
        Assert.That(rule.HelpLinkUri, Does.EndWith($"docs/diagnostics/{rule.Id}.md"));
    }

    [TestCaseSource(nameof(IdsWithExamples))]
    public void Example_GivesTheDiagnosticAndItsFixDoesNot(string id)
    {
        string[] blocks = [.. CodeBlocks(File.ReadAllText(Path.Combine(PagesFolder(), id + ".md")))];

        Assert.That(blocks, Has.Length.EqualTo(2));
        Assert.That(GeneratorRunner.Run(Wrap(blocks[0])).Diagnostics.Select(static diagnostic => diagnostic.Id), Is.EqualTo([id]));
        GeneratorRun repaired = GeneratorRunner.Run(Wrap(blocks[1]));
        Assert.That(repaired.Diagnostics, Is.Empty);
        Assert.That(repaired.CompilerMessages(), Is.Empty);
    }

    [Test]
    public void Index_ListsEveryRuleOnce()
    {
        string[] listed = [.. File.ReadLines(Path.Combine(PagesFolder(), "README.md")).Where(static line => line.StartsWith("| [FLEX", StringComparison.Ordinal)).Select(static line => line.Substring(3, 8))];

        Assert.That(listed, Is.EquivalentTo(Ids));
    }

    [Test]
    public void Ids_AreUnique() => Assert.That(Ids, Is.Unique);

    private static IEnumerable<string> CodeBlocks(string page) =>
        page.Split("```csharp\n").Skip(1).Select(static part => part.Substring(0, part.IndexOf("```", StringComparison.Ordinal)));

    private static string Wrap(string code)
    {
        const string Masks = "public static class Masks { public static bool Causal(int b, int h, int q, int kv) => kv <= q; }\n";
        return code.Contains("class Variants") ? VariantSource.Types(code) : VariantSource.Types(Masks) + $"public static partial class Variants\n{{\n{code}\n}}\n";
    }

    private static string PagesFolder()
    {
        if (TestEnvironment.RepositoryRoot is not { } root)
            Assert.Ignore("The tests run without the repository, so there are no pages to check.");
        else
            return Path.Combine(root, "docs", "diagnostics");
        return "";
    }
}
