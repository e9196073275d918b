namespace FlexAttention.Tests.RandomVariants;

/// <content>Statements.</content>
internal sealed partial class RandomVariantWriter
{
    private void WriteStatement(int depth)
    {
        switch (_random.Next(9))
        {
            case 0:
                WriteTuple(depth);
                break;
            case 1:
                WriteIf(depth);
                break;
            case 2:
                WriteLoop(depth);
                break;
            case 3:
                WriteSwitch(depth);
                break;
            case 4:
                WriteSwitchExpression(depth);
                break;
            case 5:
                Line(depth, $"if ({Bool(2)} && {Bool(1)})");
                Line(depth + 1, $"return {(_isMask ? Bool(2) : "score - Soft(" + Float(2) + ")")};");
                break;
            default:
                WriteLocal(depth);
                break;
        }
    }

    private void WriteLocal(int depth)
    {
        switch (_random.Next(3))
        {
            case 0:
                WriteInt(depth);
                break;
            case 1:
                WriteFloat(depth);
                break;
            default:
                WriteBool(depth);
                break;
        }
    }

    private void WriteInt(int depth)
    {
        string name = NewLocal();
        Line(depth, $"int {name} = {Int(3)};");
        AddInt(name);
    }

    private void WriteFloat(int depth)
    {
        string name = NewLocal();
        Line(depth, $"float {name} = {Float(3)};");
        _floats.Add(name);
        _assignableFloats.Add(name);
    }

    private void WriteBool(int depth)
    {
        string name = NewLocal();
        Line(depth, $"bool {name} = {Bool(3)};");
        _bools.Add(name);
    }

    private void WriteTuple(int depth)
    {
        string first = NewLocal(), second = NewLocal();
        Line(depth, $"(int {first}, int {second}) = {OneOf($"({Int(2)}, {Int(2)})", $"Order({Int(2)}, {Int(2)})")};");
        AddInt(first);
        AddInt(second);
        if (Chance(0.5))
            Line(depth, $"({first}, {second}) = ({second}, {first});");
    }

    private void WriteIf(int depth)
    {
        Line(depth, $"if ({Bool(2)})");
        WriteBlock(depth, 2);
        if (Chance(0.5))
        {
            Line(depth, "else");
            WriteBlock(depth, 1);
        }
    }

    /// <summary>A loop that runs at most six times; its bound is nothing that its body may change.</summary>
    private void WriteLoop(int depth)
    {
        string sum = NewLocal(), i = NewLocal();
        Line(depth, $"int {sum} = {Pick(_ints)};");
        AddInt(sum);
        Line(depth, $"for (int {i} = 0; {i} < {OneOf("2", "3", "6", $"({OneOf("h", "q", "kv", "n")} & 3)")}; {i}++)");
        Line(depth, "{");
        _ints.Add(i);
        if (Chance(0.3))
        {
            Line(depth + 1, $"if ({Bool(1)})");
            Line(depth + 2, OneOf("break;", "continue;"));
        }

        Line(depth + 1, $"{sum} {OneOf("+=", "^=", "-=", "*=")} {Int(1)};");
        if (Chance(0.5))
            WriteAssignment(depth + 1);
        Line(depth, "}");
        _ints.Remove(i);
    }

    private void WriteSwitch(int depth)
    {
        Line(depth, $"switch (({Pick(_ints)} ^ {Int(2)}) & 3)");
        Line(depth, "{");
        foreach (string label in (string[])["case 0:", "case 1:", "default:"])
        {
            Line(depth + 1, label);
            WriteAssignment(depth + 2);
            Line(depth + 2, "break;");
        }

        Line(depth, "}");
    }

    private void WriteSwitchExpression(int depth)
    {
        string name = NewLocal();
        Line(depth, $"int {name} = (({Pick(_ints)} ^ {Int(2)}) & 3) switch {{ 0 => {Int(2)}, 1 or 2 => {Int(2)}, 3 when {Bool(1)} => {Int(1)}, _ => {Int(2)} }};");
        AddInt(name);
    }

    private void WriteBlock(int depth, int statements)
    {
        Line(depth, "{");
        for (int i = 0; i < statements; i++)
            WriteAssignment(depth + 1);
        Line(depth, "}");
    }

    /// <summary>Changes a local that exists: whatever a branch declares is gone behind it.</summary>
    private void WriteAssignment(int depth)
    {
        if (_assignableFloats.Count == 0 || Chance(0.6))
            Line(depth, $"{Pick(_assignableInts)} {OneOf("=", "+=", "-=", "^=", "|=", "<<=")} {Int(2)};");
        else
            Line(depth, $"{Pick(_assignableFloats)} {OneOf("=", "+=", "-=")} {Float(2)};");
    }

    private string NewLocal() => $"v{_locals++}";

    private void AddInt(string name)
    {
        _ints.Add(name);
        _assignableInts.Add(name);
    }
}
