using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators.Lowering;

/// <summary>What is known at one point of a method: the variables, and the condition under which control is here.</summary>
/// <param name="Variables">Locals and parameters of every method that is being inlined: their symbols are distinct.</param>
/// <param name="Path">The bool node, of the current region, under which control has come here since the method or loop body began.</param>
internal sealed record FlowState(ImmutableDictionary<ISymbol, Value> Variables, int Path)
{
    public static FlowState Start(int path) =>
        new(ImmutableDictionary.Create<ISymbol, Value>(SymbolEqualityComparer.Default), path);

    /// <summary>This state without the variables that <paramref name="outer"/> does not have: those of a block that has ended.</summary>
    public FlowState Within(FlowState outer)
    {
        ImmutableDictionary<ISymbol, Value>.Builder variables = outer.Variables.ToBuilder();
        foreach (ISymbol variable in outer.Variables.Keys)
            variables[variable] = Variables[variable];
        return this with { Variables = variables.ToImmutable() };
    }

    public FlowState With(ISymbol variable, Value value) => this with { Variables = Variables.SetItem(variable, value) };
}
