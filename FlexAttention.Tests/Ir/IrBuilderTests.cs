using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Tests.Ir;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class IrBuilderTests
{
    private readonly IrBuilder _ir = new();

    [Test]
    public void Append_EqualNodes_AreShared()
    {
        int left = _ir.Operation(IrOp.Subtract, Key, Query);
        int right = _ir.Operation(IrOp.Subtract, Key, Query);

        Assert.That(right, Is.EqualTo(left));
    }

    [TestCase("Add", int.MaxValue, 1, int.MinValue)]
    [TestCase("Multiply", 65536, 65536, 0)]
    [TestCase("Divide", -7, 2, -3)]
    [TestCase("Remainder", -7, 2, -1)]
    [TestCase("FloorDivide", -7, 2, -4)]
    [TestCase("FloorModulo", -7, 2, 1)]
    [TestCase("ShiftLeft", 1, 33, 2)]
    [TestCase("ShiftRight", -8, 33, -4)]
    [TestCase("ShiftRightUnsigned", -1, 28, 15)]
    public void Operation_OnIntConstants_FoldsAsCSharp(string op, int x, int y, int expected) =>
        Assert.That(_ir.Operation(Enum.Parse<IrOp>(op), _ir.Int32(x), _ir.Int32(y)), Is.EqualTo(_ir.Int32(expected)));

    [TestCase("Divide", 1, 0)]
    [TestCase("Remainder", 1, 0)]
    [TestCase("Divide", int.MinValue, -1)]
    public void Operation_WhereCSharpThrows_IsNotFolded(string op, int x, int y) =>
        Assert.That(_ir[_ir.Operation(Enum.Parse<IrOp>(op), _ir.Int32(x), _ir.Int32(y))], Is.TypeOf<OperationNode>());

    [Test]
    public void Operation_OnFloats_RoundsToFloat() =>
        Assert.That(_ir.Operation(IrOp.Add, _ir.Float32(16777216f), _ir.Float32(1f)), Is.EqualTo(_ir.Float32(16777216f)));

    [Test]
    public void Operation_OnUnsignedLongs_ComparesAndDividesUnsigned()
    {
        int highest = _ir.Convert(IrType.UInt64, _ir.Int32(-1));

        Assert.That(_ir.Operation(IrOp.Greater, highest, _ir.Number(IrType.UInt64, 1)), Is.EqualTo(_ir.Bool(true)));
        Assert.That(
            _ir.Operation(IrOp.Divide, highest, highest), Is.EqualTo(_ir.Number(IrType.UInt64, 1)));
    }

    [TestCase(float.NaN, 0)]
    [TestCase(float.PositiveInfinity, int.MaxValue)]
    [TestCase(float.NegativeInfinity, int.MinValue)]
    [TestCase(-2.9f, -2)]
    public void Convert_FloatToInt_TruncatesAndSaturates(float value, int expected) =>
        Assert.That(_ir.Convert(IrType.Int32, _ir.Float32(value)), Is.EqualTo(_ir.Int32(expected)));

    [Test]
    public void Add_ZeroToFloat_IsKept() =>
        Assert.That(_ir[_ir.Operation(IrOp.Add, _ir.Score(), _ir.Float32(0))], Is.TypeOf<OperationNode>());

    [Test]
    public void ConversionOfAChoiceBetweenConstants_ChoosesBetweenConvertedOnes()
    {
        int condition = _ir.Operation(IrOp.Less, Key, Query);

        Assert.That(
            _ir.Convert(IrType.Float32, _ir.Select(condition, _ir.Int32(1), _ir.Int32(0))),
            Is.EqualTo(_ir.Select(condition, _ir.Float32(1), _ir.Float32(0))));
    }

    [Test]
    public void Not_OfFloatComparison_KeepsNaN()
    {
        int isLess = _ir.Operation(IrOp.Less, _ir.Score(), _ir.Float32(1));

        Assert.That(_ir[_ir.Not(isLess)], Is.TypeOf<OperationNode>().With.Property("Op").EqualTo(IrOp.Not));
    }

    [Test]
    public void Or_OfTwoBranches_IsTheirCommonPath()
    {
        int path = _ir.Operation(IrOp.Less, Query, _ir.Int32(5));
        int condition = _ir.Operation(IrOp.Equal, Key, Query);

        Assert.That(_ir.Or(_ir.And(path, condition), _ir.And(path, _ir.Not(condition))), Is.EqualTo(path));
    }

    [Test]
    public void Load_UnderFalse_IsZero() =>
        Assert.That(_ir.Load(IrType.Float32, 0, [Query], _ir.Bool(false)), Is.EqualTo(_ir.Float32(0)));

    [Test]
    public void ToFunction_DropsDeadNodesAndTheirLines()
    {
        _ir.Line = 3;
        _ir.Operation(IrOp.Multiply, Query, Query);
        _ir.Line = 4;
        int result = _ir.Operation(IrOp.LessOrEqual, Key, Query);

        IrFunction function = _ir.ToFunction(result, out EquatableArray<int> lines);

        Assert.That(function.Nodes, Has.Count.EqualTo(3));
        Assert.That(lines, Is.EqualTo(new[] { 3, 4, 4 }));
    }

    private int Query => _ir.Index(IrIndex.Query);

    private int Key => _ir.Index(IrIndex.Key);
}
