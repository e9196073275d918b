using FlexAttention.Benchmarks.Suites;
using Spectre.Console;

// A file or a pipe has no width to respect.
if (Console.IsOutputRedirected)
    AnsiConsole.Profile.Width = 250;
return Suite.CreateCommand().Parse(args).Invoke();
