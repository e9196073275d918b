using System.Reflection;
using FlexAttention.Generators.Diagnostics;
using FlexAttention.Tests.Infrastructure;
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
        string page = MarkdownCode.PathOf("docs", "diagnostics", rule.Id + ".md");

        Assert.That(page, Does.Exist);
        Assert.That(File.ReadLines(page).First(), Is.EqualTo($"# {rule.Id}: {rule.Title}"));
        Assert.That(rule.HelpLinkUri, Does.EndWith($"docs/diagnostics/{rule.Id}.md"));
    }

    [TestCaseSource(nameof(IdsWithExamples))]
    public void Example_GivesTheDiagnosticAndItsFixDoesNot(string id)
    {
        string[] blocks = [.. MarkdownCode.BlocksOf(MarkdownCode.Page("docs", "diagnostics", id + ".md"))];

        Assert.That(blocks, Has.Length.EqualTo(2));
        Assert.That(GeneratorRunner.Run(Wrap(blocks[0])).Diagnostics.Select(static diagnostic => diagnostic.Id), Is.EqualTo([id]));
        GeneratorRun repaired = GeneratorRunner.Run(Wrap(blocks[1]));
        Assert.That(repaired.Diagnostics, Is.Empty);
        Assert.That(repaired.CompilerMessages(), Is.Empty);
    }

    [Test]
    public void Index_ListsEveryRuleOnce()
    {
        string[] listed =
        [
            .. MarkdownCode.Page("docs", "diagnostics", "README.md").Split('\n')
                .Where(static line => line.StartsWith("| [FLEX", StringComparison.Ordinal))
                .Select(static line => line.Substring(3, 8)),
        ];

        Assert.That(listed, Is.EquivalentTo(Ids));
    }

    [Test]
    public void Ids_AreUnique() => Assert.That(Ids, Is.Unique);

    private static string Wrap(string code)
    {
        const string Masks = "public static class Masks { public static bool Causal(int b, int h, int q, int kv) => kv <= q; }\n";
        return code.Contains("class Variants") ? VariantSource.Types(code) : VariantSource.Types(Masks) + $"public static partial class Variants\n{{\n{code}\n}}\n";
    }
}
