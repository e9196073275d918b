namespace FlexAttention.Tests.Generators;

/// <summary>FLEX0001 to FLEX0008, FLEX0014, FLEX0015 and FLEX0020: how a variant is declared.</summary>
public sealed class DeclarationDiagnosticTests
{
    [Test]
    public void InstanceMethod() => new MarkedSource(VariantSource.Types(
        """
        public partial class Variants
        {
            [AttentionVariant]
            public partial bool {|Mask|}(int b, int h, int q, int kv) => kv <= q;
        }
        """)).AssertReports("FLEX0001");

    [Test]
    public void MethodThatIsNotPartial() => new MarkedSource(VariantSource.Members(
        "[AttentionVariant] public static bool {|Mask|}(int b, int h, int q, int kv) => kv <= q;")).AssertReports("FLEX0002");

    [Test]
    public void TypeThatIsNotPartial() => new MarkedSource(VariantSource.Types(
        """
        public static class {|Variants|}
        {
            [AttentionVariant]
            public static partial bool Mask(int b, int h, int q, int kv) => kv <= q;
        }
        """)).AssertReports("FLEX0003", "CS0260");

    [Test]
    public void OuterTypeThatIsNotPartial() => new MarkedSource(VariantSource.Types(
        """
        public static class {|Outer|}
        {
            public static partial class Variants
            {
                [AttentionVariant]
                public static partial bool Mask(int b, int h, int q, int kv) => kv <= q;
            }
        }
        """)).AssertReports("FLEX0003", "CS0260");

    [Test]
    public void GenericType() => new MarkedSource(VariantSource.Types(
        """
        public static partial class {|Variants|}<T>
        {
            [AttentionVariant]
            public static partial bool Mask(int b, int h, int q, int kv) => kv <= q;
        }
        """)).AssertReports("FLEX0004", "CS0759");

    [Test]
    public void FileLocalType() => new MarkedSource(VariantSource.Types(
        """
        file static partial class {|Variants|}
        {
            [AttentionVariant]
            public static partial bool Mask(int b, int h, int q, int kv) => kv <= q;
        }
        """)).AssertReports("FLEX0005", "CS0759");

    [Test]
    public void GenericMethod() => new MarkedSource(VariantSource.Members(
        "[AttentionVariant] public static partial bool Mask{|<T>|}(int b, int h, int q, int kv) => kv <= q;"))
        .AssertReports("FLEX0006", "CS0759");

    [Test]
    public void LocalFunction() => new MarkedSource(VariantSource.Members(
        """
        public static bool Outer()
        {
            return Mask(0, 0, 0, 0);
            [AttentionVariant] static bool {|Mask|}(int b, int h, int q, int kv) => kv <= q;
        }
        """)).AssertReports("FLEX0007");

    [Test]
    public void Accessor() => new MarkedSource(VariantSource.Members(
        "public static bool Mask { {|[|}AttentionVariant] get => true; }")).AssertReports("FLEX0007");

    [Test]
    public void BothHalves() => new MarkedSource(VariantSource.Members(
        """
        public static partial bool Mask(int b, int h, int q, int kv);
        [AttentionVariant] public static partial bool {|Mask|}(int b, int h, int q, int kv) => kv <= q;
        """)).AssertReports("FLEX0008");

    [Test]
    public void NoBody() => new MarkedSource(VariantSource.Members(
        "[AttentionVariant] public static partial bool {|Mask|}(int b, int h, int q, int kv);"))
        .AssertReports("FLEX0008", "CS8795");

    [Test]
    public void TwoVariantsOfOneName() => new MarkedSource(VariantSource.Members(
        """
        [AttentionVariant] public static partial bool Mask(int b, int h, int q, int kv) => kv <= q;
        [AttentionVariant] public static partial bool {|Mask|}(int b, int h, int q, int kv, int window) => q - kv <= window;
        """)).AssertReports("FLEX0014");

    [Test]
    public void MemberWithTheNameOfTheKernelClass() => new MarkedSource(VariantSource.Members(
        """
        public const int MaskKernel = 1;
        [AttentionVariant] public static partial bool {|Mask|}(int b, int h, int q, int kv) => kv <= q;
        """)).AssertReports("FLEX0015");

    [Test]
    public void TypeWithTheNameOfTheKernelClass() => new MarkedSource(VariantSource.Types(
        """
        public static partial class MaskKernel
        {
            [AttentionVariant] public static partial bool {|Mask|}(int b, int h, int q, int kv) => kv <= q;
        }
        """)).AssertReports("FLEX0015");

    [Test]
    public void UnsupportedModifier() => new MarkedSource(VariantSource.Types(
        """
        public class Base
        {
            public static bool Mask(int b, int h, int q, int kv) => true;
        }

        public partial class Variants : Base
        {
            [AttentionVariant] public static {|new|} partial bool Mask(int b, int h, int q, int kv) => kv <= q;
        }
        """)).AssertReports("FLEX0020");
}
