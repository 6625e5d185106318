using Muster.Bench.Measuring;
using Muster.Bench.Stores;

namespace Muster.Bench.Scenarios;

/// <summary>Something to measure.</summary>
internal interface IScenario
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>What it measures, in a sentence.</summary>
    string Explanation { get; }

    /// <summary>The options that it uses, where these differ from what was said on the command line.</summary>
    BenchOptions Options(BenchOptions said) => said;

    /// <summary>Runs it once, on a fresh store.</summary>
    Task<Measurement> RunAsync(BenchOptions options, IBenchStore store);
}
