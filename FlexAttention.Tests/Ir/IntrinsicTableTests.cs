using System.Reflection;
using FlexAttention.Cpu;
using FlexAttention.Generators.Intrinsics;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Tests.Ir;

public class IntrinsicTableTests
{
    [Test]
    public void All_HasOneRowPerOperation() =>
        Assert.That(IntrinsicTable.All.Select(row => row.Op), Is.EqualTo(Enum.GetValues<IrOp>()));

    [TestCase("System.Math", "Max", "Int32,Int32", "Maximum")]
    [TestCase("System.MathF", "Tanh", "Float32", "Tanh")]
    [TestCase("System.Single", "IsNaN", "Float32", "IsNaN")]
    [TestCase("System.Math", "Sqrt", "Float64", "Sqrt")]
    [TestCase("FlexAttention.FlexMath", "FloorDiv", "Int32,Int32", "FloorDivide")]
    public void Find_KnownMethod_GivesItsOperation(string type, string method, string parameters, string op) =>
        Assert.That(Find(type, method, parameters)?.ToString(), Is.EqualTo(op));

    [TestCase("System.Math", "Sqrt", "Float32")]
    [TestCase("System.Math", "Max", "Int32,Float32")]
    [TestCase("System.Console", "Write", "Int32")]
    public void Find_UnknownMethod_GivesNull(string type, string method, string parameters) =>
        Assert.That(Find(type, method, parameters), Is.Null);

    [Test]
    public void Methods_ExistInDotNet()
    {
        foreach (Intrinsic row in IntrinsicTable.All)
        {
            foreach (CSharpMethod method in row.Methods)
            {
                Type type = Type.GetType(method.Type) ?? typeof(FlexMath).Assembly.GetType(method.Type, throwOnError: true)!;
                Type[] parameters = [.. Enumerable.Repeat(ClrType(method.Parameter), method.Arity)];
                Assert.That(type.GetMethod(method.Name, parameters), Is.Not.Null, $"{method}");
            }
        }
    }

    [Test]
    public void LanesNames_ExistInILanes()
    {
        HashSet<string> names = [.. typeof(ILanes<,,>).GetMethods(BindingFlags.Static | BindingFlags.Public).Select(m => m.Name)];
        IEnumerable<Intrinsic> functions = IntrinsicTable.All.Where(row => row.Op != IrOp.Convert);

        Assert.That(functions.Select(row => row.Lanes), Is.SubsetOf(names));
    }

    private static IrOp? Find(string type, string method, string parameters) =>
        IntrinsicTable.Find(type, method, [.. parameters.Split(',').Select(Enum.Parse<IrType>)]);

    private static Type ClrType(IrType type) => type switch
    {
        IrType.Int32 => typeof(int),
        IrType.UInt32 => typeof(uint),
        IrType.Int64 => typeof(long),
        IrType.UInt64 => typeof(ulong),
        IrType.Float32 => typeof(float),
        IrType.Float64 => typeof(double),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
