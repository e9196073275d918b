using FlexAttention.Generators.Emit;

namespace FlexAttention.Tests.Emit;

public sealed class SourceWriterTests
{
    [Test]
    public void Cuda_OpensBlocksOnTheLineOfTheirHeader()
    {
        SourceWriter writer = SourceWriter.Cuda();
        using (writer.Block("struct Head", "};"))
            writer.WriteLine("float v0;");

        Assert.That(writer.ToString(), Is.EqualTo("struct Head {\n  float v0;\n};\n"));
    }

    [Test]
    public void CSharp_OpensBlocksOnALineOfTheirOwn()
    {
        SourceWriter writer = SourceWriter.CSharp();
        using (writer.Block("static int F()"))
            writer.WriteLine("return 1;");

        Assert.That(writer.ToString(), Is.EqualTo("static int F()\n{\n    return 1;\n}\n"));
    }

    [Test]
    public void SeveralLines_AreIndentedEachButEmptyOnes()
    {
        SourceWriter writer = SourceWriter.Cuda();
        using (writer.Indent())
            writer.WriteLine("a\r\n\nb");

        Assert.That(writer.ToString(), Is.EqualTo("  a\n\n  b\n"));
    }

    [Test]
    public void Directive_StandsAtTheMargin()
    {
        SourceWriter writer = SourceWriter.Cuda();
        using (writer.Block(""))
            writer.WriteDirective("#line 3");

        Assert.That(writer.ToString(), Is.EqualTo("{\n#line 3\n}\n"));
    }
}
