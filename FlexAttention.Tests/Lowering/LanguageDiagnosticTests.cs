namespace FlexAttention.Tests.Lowering;

/// <summary>What a body may not say, and where the diagnostic stands.</summary>
public class LanguageDiagnosticTests
{
    private const string Helpers =
        """
        public static int s_count;
        private static readonly int s_window = Environment.ProcessorCount;
        private static int Window { get; set; }
        private static int Set(out int x) => x = 1;
        private static int Recurse(int x) => x <= 0 ? 0 : Other(x - 1);
        private static int Other(int x) => {0};
        """;

    [Test]
    public void Recursion_IsReportedWhereTheCircleCloses() =>
        Report("FLEX0100", "return Recurse(q) > kv;", "{|Recurse(x / 2)|}");

    [TestCase("{|s_count|} = q;")]
    [TestCase("{|s_count|}++;")]
    [TestCase("{|s_count|} += q;")]
    [TestCase("(q, {|s_count|}) = (kv, q);")]
    [TestCase("{|Set(out q)|};")]
    [TestCase("ref int {|r = ref q|};")]
    public void SideEffect_IsReported(string statement) => Report("FLEX0101", statement + " return kv <= q;");

    [TestCase("decimal d = {|q|}; return d > 0;")]
    [TestCase("var a = {|new int[3]|}; return a[0] > q;")]
    [TestCase("string s = {|\"a\"|}; return s == \"b\";")]
    [TestCase("object o = {|q|}; return o is null;")]
    public void UnsupportedType_IsReported(string statements) => Report("FLEX0102", statements);

    [TestCase("return {|Random.Shared.Next()|} > q;")]
    [TestCase("return {|Environment.GetEnvironmentVariable(\"A\")|} is null;")]
    [TestCase("{|Console.WriteLine(q)|}; return true;")]
    [TestCase("return {|q.CompareTo(kv)|} > 0;")]
    [TestCase("return {|ids.Slice(1)|}[q] > 0;")]
    [TestCase("return {|Math.BigMul(q, kv)|} > 0;")]
    public void UnsupportedCall_IsReported(string statements) => Report("FLEX0103", statements);

    [TestCase("if (q > kv) {|throw|} new InvalidOperationException(); return true;")]
    [TestCase("{|try|} { return q > kv; } finally { }")]
    [TestCase("{|foreach|} (int id in ids) if (id == q) return true; return false;")]
    [TestCase("if (q > kv) {|goto|} end; return true; end: return false;")]
    public void UnsupportedStatement_IsReported(string statements) => Report("FLEX0104", statements);

    [TestCase("Func<int, bool> f = {|x => x > 0|}; return f(q);")]
    [TestCase("return {|ids[1..]|}[q] > 0;")]
    [TestCase("var near = {|q > kv ? ids : more|}; return near[0] > 0;")]
    [TestCase("var t = (1, 2, 3, 4, 5, 6, 7, q); return {|t.Rest|}.Item1 > kv;")]
    [TestCase("var t = (1, 2, 3, 4, 5, 6, 7, q); {|t.Rest|}.Item1 = kv; return t.Item8 > kv;")]
    [TestCase("#pragma warning disable CS8509\nbool near = {|q switch { }|}; return near;")]
    public void UnsupportedExpression_IsReported(string statements) => Report("FLEX0105", statements);

    [TestCase("int x = q; {|while|} (x > 0) x -= kv; return x == 0;")]
    [TestCase("int x = q; {|while|} (true) { if (x > kv) break; x++; } return x == 0;")]
    [TestCase("int n = 50; {|for|} (int i = 0; i < n; i++) { if (i == q) n--; } return n == kv;")]
    [TestCase("int x = 0; {|for|} (int i = 0; (x += 2) > q && i < kv; i++) { } return x > kv;")]
    [TestCase("int x = 0; int Next() => x++; {|for|} (int i = 0; Next() >= q && i < kv; i++) { } return x > kv;")]
    [TestCase("int x = 0; {|for|} (int i = 0; q >= 0 && i < ids[q]; i++) x += i; return x > kv;")]
    [TestCase("int x = 0; {|for|} (int i = 0; !ids.IsEmpty && i < ids[^1]; i++) x += i; return x > kv;")]
    [TestCase("int x = 0; int First(ReadOnlySpan<int> s) => s[0]; {|for|} (int i = 0; !ids.IsEmpty && i < First(ids); i++) x += i; return x > kv;")]
    [TestCase("{|do|} { q -= 2; } while (q > 0); return q == kv;")]
    public void UnboundedLoop_IsReported(string statements) => Report("FLEX0106", statements);

    [TestCase("return ids[{|-1|}] > 0;")]
    [TestCase("const int Before = 2; return ids[{|1 - Before|}] > 0;")]
    [TestCase("return ids[{|^0|}] > 0;")]
    [TestCase("return ids[{|^-1|}] > 0;")]
    [TestCase("const int Before = 2; return ids[{|^(Before - 2)|}] > 0;")]
    [TestCase("return pairs[q, {|-1|}] > 0;")]
    [TestCase("return pairs[{|-2|}, kv] > 0;")]
    public void IndexOutOfRange_IsReported(string statements) => Report("FLEX0107", statements);

    [TestCase("return q < {|s_window|};")]
    [TestCase("return q < {|s_count|};")]
    [TestCase("return q < {|Window|};")]
    public void MutableState_IsReported(string statements) => Report("FLEX0108", statements);

    [TestCase("return checked({|q * kv|}) > 0;")]
    [TestCase("checked { {|q++|}; } return q > kv;")]
    [TestCase("return checked({|(byte)q|}) > 0;")]
    public void CheckedArithmetic_IsReported(string statements) => Report("FLEX0109", statements);

    [TestCase("return checked(q - kv) < 5 && checked((long)q) > 3;")]
    [TestCase("int n = 0; checked { for (int i = 0; i < 100; i++) { if (i == q) n = i; } } return n > kv;")]
    public void CheckedArithmetic_ThatCannotOverflow_IsAccepted(string statements) =>
        Assert.That(GeneratorRunner.Run(Source(statements, "x")).Diagnostics, Is.Empty);

    [TestCase("return ids[^1] > 0;")]
    [TestCase("return ids[^q] > 0;")]
    [TestCase("return q > kv && ids[-1] > 0;")]
    [TestCase("return q <= kv || ids[^0] > 0;")]
    [TestCase("return pairs[0, kv] > 0;")]
    public void IndexInRange_IsAccepted(string statements) =>
        Assert.That(GeneratorRunner.Run(Source(statements, "x")).Diagnostics, Is.Empty);

    [TestCase("return F6(q) > kv;")]
    [TestCase("int a = F6(q); int c = F6(kv); return a > c;")]
    public void TooLarge_IsReportedOnceAtTheName(string statements) => new MarkedSource(VariantSource.Members(
        $$"""
        [AttentionVariant]
        public static partial bool {|Mask|}(int b, int h, int q, int kv) { {{statements}} }

        private static int F6(int x) { int y = F5(x); y += F5(x + 1); return y + F5(x + 2) + F5(x + 3) + F5(x + 4); }
        private static int F5(int x) => F4(x) + F4(x + 1) + F4(x + 2) + F4(x + 3) + F4(x + 4);
        private static int F4(int x) => F3(x) + F3(x + 1) + F3(x + 2) + F3(x + 3) + F3(x + 4);
        private static int F3(int x) => F2(x) + F2(x + 1) + F2(x + 2) + F2(x + 3) + F2(x + 4);
        private static int F2(int x) => F1(x) + F1(x + 1) + F1(x + 2) + F1(x + 3) + F1(x + 4);
        private static int F1(int x) => (x * x) + (x / 3) + (x % 5) + (x ^ 7) + (x & 9);
        """)).AssertReports("FLEX0110");

    [Test]
    public void Errors_InSeveralStatements_AreAllReported()
    {
        GeneratorRun run = GeneratorRunner.Run(Source("int a = s_count; int c = Random.Shared.Next(); return a > c;", "x"));

        Assert.That(run.Diagnostics.Select(diagnostic => diagnostic.Id), Is.EqualTo(["FLEX0108", "FLEX0103"]));
    }

    [TestCase("return Unknown(q) > kv;")]
    [TestCase("return Other(q) > kv;", "unknown")]
    [TestCase("return q > ;")]
    [TestCase("for (int i = 0; i < ; i++) { } return q")]
    [TestCase("int x = y; return x switch { };")]
    [TestCase("return ids[q, kv] > 0;")]
    [TestCase("if (q > kv) return true;")]
    public void BrokenCode_IsLeftToTheCompiler(string statements, string otherBody = "x")
    {
        GeneratorRun run = GeneratorRunner.Run(Source(statements, otherBody));

        Assert.That(run.Exception, Is.Null);
        Assert.That(run.Diagnostics.Select(diagnostic => diagnostic.ToString()), Is.Empty);
        Assert.That(run.CompilerMessages(), Is.Not.Empty);
    }

    private static void Report(string id, string statements, string otherBody = "x") =>
        new MarkedSource(Source(statements, otherBody)).AssertReports(id);

    private static string Source(string statements, string otherBody) => VariantSource.Members(
        $$"""
        [AttentionVariant]
        public static partial bool Mask(int b, int h, int q, int kv, ReadOnlySpan<int> ids, ReadOnlySpan<int> more, ReadOnlySpan2D<int> pairs)
        {
            {{statements}}
        }

        {{Helpers.Replace("{0}", otherBody)}}
        """);
}
