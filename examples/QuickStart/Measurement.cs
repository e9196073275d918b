namespace QuickStart;

/// <summary>What one variant did.</summary>
/// <param name="Variant">The variant's name.</param>
/// <param name="Sparsity">The share of blocks that are never visited.</param>
/// <param name="Time">The time of one call.</param>
/// <param name="Error">The largest difference from the reference in double, in the rows that were looked at.</param>
internal sealed record Measurement(string Variant, double Sparsity, TimeSpan Time, double Error);
