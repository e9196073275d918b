using FlexAttention.Tests.Variants;
using Snapshooter;
using Snapshooter.NUnit;

namespace FlexAttention.Tests.Snapshots;

/// <summary>
/// The emitted sources of a few variants, as a change to an emitter shows in review. To accept a change, delete the
/// variant's <c>*.verified.*</c> files and run the tests: they are written anew.
/// </summary>
public sealed class EmittedSourceTests
{
    private static readonly string[] Names = ["causal", "ALiBi", "softcap and causal", "document", "2-D bias"];

    [Test]
    public void CudaSource_IsAsReviewed([ValueSource(nameof(Names))] string name) =>
        Match(VariantCatalogue.Find(name).Descriptor.CudaSource, name, "cu");

    [Test]
    public void CpuSource_IsAsReviewed([ValueSource(nameof(Names))] string name) =>
        // Not ".cs", which the project would compile.
        Match(VariantCatalogue.Find(name).Descriptor.CpuSource, name, "csharp");

    [Test]
    public void IntermediateRepresentation_IsAsReviewed([ValueSource(nameof(Names))] string name) =>
        Match(VariantCatalogue.Find(name).Descriptor.IntermediateRepresentation, name, "ir");

    private static void Match(string text, string name, string kind)
    {
        if (TestEnvironment.RepositoryRoot is not { } root)
        {
            Assert.Ignore("The snapshots lie in the repository, which is not here.");
            return;
        }

        string folder = Path.Combine(root, "FlexAttention.Tests", "Snapshots");
        Snapshot.Match(text, new SnapshotFullName($"{name.Replace(' ', '-')}.verified.{kind}", folder));
    }
}
