using Xunit;

// These tests start programs and measure nothing; two cores run one of them at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
