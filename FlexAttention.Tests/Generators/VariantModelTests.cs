using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Tests.Generators;

/// <summary>What the parser reads of a variant's declaration.</summary>
public sealed class VariantModelTests
{
    private const string Window =
        "[AttentionVariant] public static partial bool Window(int b, int h, int q, int kv, int size, ReadOnlySpan<bool> keep) => q - kv < size && keep[kv];\n";

    [Test]
    public void Mask_HasAMaskOnly()
    {
        VariantModel model = Read(VariantSource.Mask("kv <= q"), "Mask");

        Assert.That((model.IsMaskVariant, model.Score, model.MaskMethodName), Is.EqualTo((true, (IrFunction?)null, "Mask")));
        Assert.That(model.Mask!.Type, Is.EqualTo(IrType.Bool));
        Assert.That(model.FullName, Is.EqualTo("Demo.Variants.Mask"));
    }

    [Test]
    public void Score_HasAScoreOnly()
    {
        VariantModel model = Read(VariantSource.Score("score * 2f"), "Score");

        Assert.That((model.IsMaskVariant, model.Mask, model.MaskMethodName), Is.EqualTo((false, (IrFunction?)null, (string?)null)));
        Assert.That(model.Score!.Type, Is.EqualTo(IrType.Float32));
        Assert.That(model.MaskCaptures, Is.Empty);
    }

    [TestCase("int x", CaptureElement.Int32, 0)]
    [TestCase("uint x", CaptureElement.UInt32, 0)]
    [TestCase("long x", CaptureElement.Int64, 0)]
    [TestCase("float x", CaptureElement.Float32, 0)]
    [TestCase("double x", CaptureElement.Float64, 0)]
    [TestCase("bool x", CaptureElement.Bool, 0)]
    [TestCase("DayOfWeek x", CaptureElement.Int32, 0)]
    [TestCase("ReadOnlySpan<Half> x", CaptureElement.Half, 1)]
    [TestCase("ReadOnlySpan2D<int> x", CaptureElement.Int32, 2)]
    [TestCase("ReadOnlySpan3D<float> x", CaptureElement.Float32, 3)]
    [TestCase("ReadOnlySpan4D<bool> x", CaptureElement.Bool, 4)]
    public void Capture_HasItsElementAndRank(string capture, object element, int rank)
    {
        VariantModel model = Read(VariantSource.Score("score", capture), "Score");

        Assert.That(model.Captures, Is.EqualTo([new CaptureModel("x", (CaptureElement)element, rank)]));
    }

    [Test]
    public void CapturesOfTheMaskAlone_FollowThoseOfTheScore()
    {
        VariantModel model = Read(
            VariantSource.Members(Window +
                """
                [AttentionVariant(Mask = nameof(Window))]
                public static partial float Score(float score, int b, int h, int q, int kv, float bias, ReadOnlySpan<bool> keep) =>
                    keep[q] ? score + bias : score;
                """),
            "Score");

        Assert.That(model.Captures.Select(static capture => capture.Name), Is.EqualTo(["bias", "keep", "size"]));
        Assert.That(model.MaskCaptures, Is.EqualTo([2, 1]));
        Assert.That(model.MaskMethodName, Is.EqualTo("Window"));
        Assert.That(model.Mask!.Nodes.OfType<ScalarNode>().Single().Capture, Is.EqualTo(2));
        Assert.That(model.Mask!.Nodes.OfType<LoadNode>().Single().Capture, Is.EqualTo(1));
        Assert.That(model.Score!.Nodes.OfType<ScalarNode>().Single().Capture, Is.Zero);
    }

    [Test]
    public void Text_IsTheMethodWithoutItsTypesIndentation()
    {
        VariantModel model = Read(
            "using FlexAttention;\r\npartial class C\r\n{\r\n    /// <summary>Doc.</summary>\r\n    [AttentionVariant]\r\n    static partial bool M(\r\n        int b, int h, int q, int kv)\r\n    {\r\n        return true;\r\n    }\r\n}",
            "M");

        Assert.That(
            model.Documentation,
            Is.EqualTo("[AttentionVariant]\nstatic partial bool M(\n    int b, int h, int q, int kv)\n{\n    return true;\n}"));
    }

    [Test]
    public void Place_IsTheFileNameAndTheLineOfTheName()
    {
        VariantModel model = Read(VariantSource.Mask("kv <= q"), "Mask");

        Assert.That((model.FileName, model.Line), Is.EqualTo(("File0.cs", 9)));
        Assert.That(model.MaskLines.FileName, Is.EqualTo("File0.cs"));
        Assert.That(model.MaskLines.Lines.Where(static line => line > 0).Distinct(), Is.EqualTo([9]));
    }

    [Test]
    public void SameMethodInAnotherFolder_GivesTheSameModel()
    {
        string source = VariantSource.Score("score + MathF.Sin(q)");
        VariantModel here = Read(source, "Score");
        VariantModel there = new GeneratorRunner().Edit("elsewhere/File0.cs", source).Run().Models().Single();

        Assert.That(there, Is.EqualTo(here));
        Assert.That(there.GetHashCode(), Is.EqualTo(here.GetHashCode()));
    }

    private static VariantModel Read(string source, string method)
    {
        GeneratorRun run = GeneratorRunner.Run(source);
        Assert.That(run.Diagnostics, Is.Empty);
        return run.Models().Single(model => model.MethodName == method);
    }
}
