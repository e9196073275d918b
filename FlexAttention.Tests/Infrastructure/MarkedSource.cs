using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace FlexAttention.Tests;

/// <summary>A C# file in which <c>{|...|}</c> marks where a diagnostic belongs.</summary>
public sealed class MarkedSource
{
    private readonly TextSpan _span;

    /// <summary>Takes the marks out of <paramref name="marked"/>.</summary>
    public MarkedSource(string marked)
    {
        int start = marked.IndexOf("{|", StringComparison.Ordinal);
        int end = marked.IndexOf("|}", StringComparison.Ordinal);
        Assert.That((start >= 0, end > start), Is.EqualTo((true, true)), "the source has no {|mark|}");
        _span = TextSpan.FromBounds(start, end - 2);
        Text = marked.Remove(end, 2).Remove(start, 2);
    }

    /// <summary>The file as the compiler sees it.</summary>
    public string Text { get; }

    /// <summary>
    /// Runs the generator and asserts that it reports this one diagnostic, at the mark, with a whole message and a help
    /// page, and that the compiler adds nothing but the given errors of its own.
    /// </summary>
    public Diagnostic AssertReports(string id, params string[] compilerErrors)
    {
        GeneratorRun run = GeneratorRunner.Run(Text);

        Assert.That(run.Exception, Is.Null);
        Assert.That(run.Diagnostics.Select(static diagnostic => diagnostic.Id), Is.EqualTo([id]), string.Join("\n", run.Diagnostics));
        Diagnostic diagnostic = run.Diagnostics[0];
        Assert.That(run.TextAt(diagnostic), Is.EqualTo(Text.Substring(_span.Start, _span.Length)));
        Assert.That(diagnostic.Location.SourceSpan, Is.EqualTo(_span));
        Assert.That(diagnostic.GetMessage(), Does.Not.Contain("{"));
        Assert.That(diagnostic.Descriptor.HelpLinkUri, Does.EndWith($"docs/diagnostics/{id}.md"));
        Assert.That(
            run.CompilerMessages().Select(static message => message.Id).Distinct(),
            Is.EquivalentTo(compilerErrors),
            string.Join("\n", run.CompilerMessages()));
        return diagnostic;
    }
}
