namespace FlexAttention.Benchmarks.Suites.ColdStart;

/// <summary>Where the time of a process goes, in milliseconds each.</summary>
/// <param name="Start">From the parent's request to the first line of the program.</param>
/// <param name="Driver">Finding the driver and making the context.</param>
/// <param name="Inputs">Allocating and copying q, k and v.</param>
/// <param name="Nvrtc">Loading NVRTC, to learn its version.</param>
/// <param name="Kernel">Making the block mask; the first call's compilation or read from disk, and loading the result into the GPU.</param>
/// <param name="Launch">A call with the kernel at hand, up to its result on the host.</param>
internal readonly record struct ColdStartStages(
    double Start, double Driver, double Inputs, double Nvrtc, double Kernel, double Launch)
{
    /// <summary>From the request to the first result.</summary>
    public double Total => Start + Driver + Inputs + Nvrtc + Kernel + Launch;

    /// <summary>What the first call of a program that uses the GPU already takes.</summary>
    public double FirstCall => Nvrtc + Kernel + Launch;

    public double[] ToArray() => [Start, Driver, Inputs, Nvrtc, Kernel, Launch];

    public static ColdStartStages From(double[] stages) =>
        new(stages[0], stages[1], stages[2], stages[3], stages[4], stages[5]);
}
