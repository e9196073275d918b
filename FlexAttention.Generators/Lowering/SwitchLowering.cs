using FlexAttention.Generators.Ir;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>Lowers a switch statement as the chain of conditions that it is.</summary>
internal sealed class SwitchLowering(LoweringContext context)
{
    private IrBuilder Ir => context.Ir;

    public void Lower(ISwitchOperation statement)
    {
        Value value = context.Expressions.Lower(statement.Value);
        // The default section comes last wherever it is written: it is taken when no other label matches.
        ISwitchCaseOperation[] sections =
            [.. statement.Cases.OrderBy(section => section.Clauses.Any(clause => clause is IDefaultCaseClauseOperation))];
        LowerFrom(sections, 0, value, statement);
    }

    private void LowerFrom(ISwitchCaseOperation[] sections, int index, Value value, ISwitchOperation statement)
    {
        if (index == sections.Length)
            return;
        ISwitchCaseOperation section = sections[index];
        context.Flow.Fork(
            Matches(section, value),
            section,
            () => LowerBody(section, statement),
            () => LowerFrom(sections, index + 1, value, statement));
    }

    private void LowerBody(ISwitchCaseOperation section, ISwitchOperation statement)
    {
        context.Statements.LowerAll(section.Body);
        context.Jumps.Land(statement.ExitLabel, context, section);
    }

    private int Matches(ISwitchCaseOperation section, Value value)
    {
        int matches = Ir.Bool(false);
        foreach (ICaseClauseOperation clause in section.Clauses)
            matches = Ir.Or(matches, Matches(clause, value));
        return matches;
    }

    private int Matches(ICaseClauseOperation clause, Value value) => clause switch
    {
        IDefaultCaseClauseOperation => Ir.Bool(true),
        ISingleValueCaseClauseOperation single => context.Patterns.EqualsConstant(single.Value, value),
        IPatternCaseClauseOperation pattern => context.Patterns.MatchesWhen(pattern.Pattern, pattern.Guard, value),
        _ => throw context.Unsupported(clause, $"'{clause.Syntax}'", "Use a constant or a pattern"),
    };
}
